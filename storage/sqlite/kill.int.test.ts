import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const program = fileURLToPath(import.meta.resolve("../../tests/fixtures/write-until-killed.ts"));

/** Runs the program on a file and kills it once it has acknowledged so many checkpoints; answers all that it did. */
async function writeAndKill(path: string, enough: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(line);
    if (acknowledged.length === enough) child.kill("SIGKILL");
  }
  return acknowledged;
}

test.each([1, 100])("what was acknowledged before a SIGKILL is there after it (%i checkpoints)", async (enough) => {
  const path = join(makeTemporaryFolder(), "test.db");
  const acknowledged = await writeAndKill(path, enough);
  expect(acknowledged.length).toBeGreaterThanOrEqual(enough);

  const storage = await openSqliteStorage({ path });
  onTestFinished(() => storage.close());
  for (const [step, checkpoint_id] of acknowledged.entries()) {
    const tuple = await storage.checkpointer.getTuple({ configurable: { thread_id: "thread", checkpoint_id } });
    expect(tuple?.checkpoint.channel_values["steps"]).toHaveLength(step + 1);
    expect(tuple?.pendingWrites).toEqual([[`task ${step}`, "steps", [step]]]);
  }
  const events = await storage.events.list("run", { after: -1, limit: 10_000 });
  expect(events.length).toBeGreaterThanOrEqual(acknowledged.length);
  expect(events.map(({ seq, data }) => `${seq}` === data)).not.toContain(false);

  expect(await storage.runs.get("run")).toMatchObject({ status: "running", attempt: 1 });
  expect(await storage.runs.expireLeases(() => true)).toBe(1);
  expect(await storage.runs.claim({ worker_id: "next", lease_ms: 60_000 })).toMatchObject({
    run_id: "run",
    attempt: 2,
  });
});
