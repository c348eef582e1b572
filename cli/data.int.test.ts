import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { runTroupe } from "../tests/fixtures/run-troupe.ts";

test("it says what is kept, and prunes what nobody has changed for long", async () => {
  const data = makeTemporaryFolder();
  const storage = await openSqliteStorage({ path: join(data, "server.sqlite") });
  for (const thread_id of ["a", "b"]) await storage.threads.create({ thread_id, metadata: {} }, { if_exists: "raise" });
  await storage.close();
  const run = (...args: string[]) => runTroupe(["data", "--data", data, ...args]);
  expect((await run()).stdout).toMatch(/^threads +2\nruns +0\ncheckpoints +0\nevents +0\nmegabytes +\d/);
  const kept = JSON.parse((await run("--json", "--prune", "delete", "--older-than", "1")).stdout) as object;
  expect(kept).toMatchObject({ pruned: 0, threads: 2 });
  const pruned = JSON.parse((await run("--json", "--prune", "delete", "--older-than", "0")).stdout) as object;
  expect(pruned).toMatchObject({ pruned: 2, threads: 0 });
});

test.each([
  [["--prune", "delete"], "alone"],
  [["--prune", "all", "--older-than", "1"], "delete, keep_latest"],
  [["--prune", "delete", "--older-than", "soon"], "number of days"],
  [[], "There is no"],
])("troupe data %j is refused with a reason", async (args, reason) => {
  const { stderr, code } = await runTroupe(["data", "--data", makeTemporaryFolder(), ...args]);
  expect(stderr).toContain(reason);
  expect(code).toBe(1);
});
