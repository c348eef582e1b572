import { copyFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeBaseline } from "../evals/gate/baseline-file.ts";
import type { EvalRun } from "../evals/results/eval-run.ts";
import { appendCase, createRun, finishRun, readRun, writeSuite } from "../evals/results/run-folder.ts";
import { makeEvalRun } from "../tests/fixtures/make-eval-run.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { runTroupe } from "../tests/fixtures/run-troupe.ts";

/** A run as `troupe eval` keeps it: its folder. */
async function keepRun(output: string, { environment, suites }: EvalRun): Promise<string> {
  const folder = await createRun(output, environment);
  for (const { cases, ...suite } of suites) {
    await writeSuite(folder, suite);
    for (const one of cases) appendCase(folder, one);
  }
  await finishRun(folder, "complete");
  return folder;
}

test("two runs are named by baseline, latest, the start of an id, a folder or a run.json elsewhere", async () => {
  const cwd = makeTemporaryFolder();
  const output = join(cwd, ".troupe/evals");
  const first = makeEvalRun({ a: [1] });
  await writeBaseline(join(cwd, "evals/baseline.jsonl"), first, undefined, "all");
  const folders = [await keepRun(output, first), await keepRun(output, makeEvalRun({ a: [0] }))];
  const [before, after] = await Promise.all(folders.map(readRun));

  const shown = await runTroupe(["eval", "diff", "baseline", "latest"], { cwd });
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain(`baseline (${first.run_id}) → latest (${after!.run_id})`);
  expect(shown.stdout).toMatch(/support +1 +1 +0 +100 % +→ 0 %/);
  expect(shown.stdout).toContain("text       [-28 days-]{+no idea+}");

  await writeFile(join(cwd, "kept.json"), JSON.stringify(after));
  copyFileSync(join(cwd, "kept.json"), join(folders[1]!, "run.json"));
  for (const name of ["kept.json", folders[1]!, join(folders[1]!, "run.json"), after!.run_id]) {
    const { stdout } = await runTroupe(["eval", "diff", before!.run_id, name, "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ cases: [{ id: "a", changed: ["pass_rate", "text", "score answer"] }] });
  }
});

test("a run that is not there is told with those that are", async () => {
  const cwd = makeTemporaryFolder();
  const { run_id } = await readRun(await keepRun(join(cwd, ".troupe/evals"), makeEvalRun({ a: [1] })));
  const { code, stderr } = await runTroupe(["eval", "diff", "1999", "latest"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('error: There is no run or baseline "1999".');
  expect(stderr).toContain(run_id);
  await writeFile(join(cwd, "other.json"), "[]");
  const other = await runTroupe(["eval", "diff", "other.json", "baseline"], { cwd });
  expect(other.stderr).toContain('"other.json" is no run of evals.');
});
