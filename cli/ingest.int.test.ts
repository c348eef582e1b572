import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { IngestReport } from "../retrieval/knowledge.ts";
import { makeProject, runTroupe, startServe } from "../tests/fixtures/run-troupe.ts";

function makeHandbook(): { cwd: string; file: (name: string, text: string) => void } {
  const cwd = makeProject(["echo"]);
  mkdirSync(join(cwd, "handbook"));
  const file = (name: string, text: string) => writeFileSync(join(cwd, "handbook", name), text);
  file("tides.md", "# Tides\n\nThe tide comes twice a day.\n");
  file("moon.txt", "The moon pulls the sea.\n");
  return { cwd, file };
}

test("a second ingest skips, replaces and removes; all of it in this folder's .troupe when no server runs", async () => {
  const { cwd, file } = makeHandbook();
  const ingest = async () =>
    JSON.parse((await runTroupe(["ingest", "handbook", "--json"], { cwd })).stdout) as IngestReport;
  expect((await ingest()).added).toHaveLength(2);
  file("tides.md", "# Tides\n\nThe tide comes two times each day.\n");
  rmSync(join(cwd, "handbook/moon.txt"));
  const report = await ingest();
  expect(report).toMatchObject({ added: [], changed: [expect.stringContaining("tides.md")], unchanged: [] });
  expect(report.removed).toEqual([expect.stringContaining("moon.txt")]);
});

test("a broken file is named with a hint and exit code 1, and the others are kept", async () => {
  const { cwd, file } = makeHandbook();
  file("broken.pdf", "%PDF-1.7 and no more");
  const { stdout, stderr, code } = await runTroupe(["ingest", "handbook"], { cwd });
  expect(stdout).toMatch(/^2 added, .*1 failed/);
  expect(stderr).toMatch(/failed: .*broken\.pdf: .+\nhint: .+/);
  expect(code).toBe(1);
});

test("a running server takes the files into its own knowledge base", async () => {
  const { cwd } = makeHandbook();
  const { url } = await startServe(cwd);
  const { stdout, code } = await runTroupe(["ingest", "handbook"], { cwd });
  expect(stdout).toMatch(/^2 added, .* Kept in http:/);
  expect(code).toBe(0);
  expect(await (await fetch(`${url}/knowledge`)).json()).toMatchObject({ documents: 2 });
});

test("a path that does not exist is an error with a hint, in process and over a server", async () => {
  const { cwd } = makeHandbook();
  const alone = await runTroupe(["ingest", "nowhere"], { cwd });
  expect(alone.stderr).toMatch(/^error: .*nowhere.*\nhint: .+\n$/);
  const { url } = await startServe(cwd);
  const served = await runTroupe(["ingest", "nowhere", "--url", url], { cwd });
  expect(served).toEqual(alone);
});
