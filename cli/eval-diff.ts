import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { readBaseline, toBaseline } from "../evals/gate/baseline-file.ts";
import { diffRuns } from "../evals/gate/diff-runs.ts";
import type { Baseline } from "../evals/gate/gate.ts";
import { showDiff } from "../evals/gate/show-diff.ts";
import { readRun } from "../evals/results/run-folder.ts";

export interface EvalDiffOptions {
  output?: string;
  baseline: string;
  json?: boolean;
}

/** Prints what differs between two runs, or a run and the baseline. Throws `eval_run_not_found`, with the runs that are there. */
export async function diffEvalRuns(before: string, after: string, options: EvalDiffOptions): Promise<void> {
  const output = options.output ?? join(readConfig().TROUPE_DATA, "evals");
  const [a, b] = await Promise.all([before, after].map((name) => find(name, output, options.baseline)));
  const difference = diffRuns(a!, b!);
  console.log(options.json ? JSON.stringify(difference, null, 2) : showDiff(difference));
}

/** A run by `latest`, its id or the start of it, its folder or a file in that; or `baseline`, or the file of one. */
async function find(name: string, output: string, baselinePath: string): Promise<Baseline> {
  const path = name === "baseline" ? baselinePath : name;
  if (path.endsWith(".jsonl")) {
    const baseline = await readBaseline(path);
    if (baseline) return baseline;
  } else {
    const folder = existsSync(path) ? ((await stat(path)).isDirectory() ? path : dirname(path)) : undefined;
    const runs = await listRuns(output);
    const id = path === "latest" ? runs.at(-1) : runs.findLast((run) => run.startsWith(path));
    const found = folder ?? (id && join(output, id));
    if (found) return toBaseline(await readRun(found));
  }
  const last = (await listRuns(output)).slice(-5).join(", ") || "none yet";
  throw new TroupeError("eval_run_not_found", `There is no run or baseline "${name}".`, {
    hint: `Name "baseline", "latest", a run's folder, or one of "${output}" by its id: ${last}.`,
  });
}

/** The ids of all runs, the oldest first. */
async function listRuns(output: string): Promise<string[]> {
  const entries = await readdir(output, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}
