import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { readBaseline } from "../evals/gate/baseline-file.ts";
import { diffRuns } from "../evals/gate/diff-runs.ts";
import type { Baseline } from "../evals/gate/gate.ts";
import { showDiff } from "../evals/gate/show-diff.ts";
import { spellOutAll } from "../evals/report/spell-out.ts";
import type { EvalRun } from "../evals/results/eval-run.ts";
import { readRun } from "../evals/results/run-folder.ts";

export interface EvalDiffOptions {
  output?: string;
  baseline: string;
  json?: boolean;
}

/** Prints what differs between two runs, or a run and the baseline. Throws `eval_run_not_found`, with the runs that are there. */
export async function diffEvalRuns(before: string, after: string, options: EvalDiffOptions): Promise<void> {
  const output = options.output ?? join(readConfig().TROUPE_DATA, "evals");
  const a = await find(before, output, options.baseline);
  const b = await find(after, output, options.baseline);
  const difference = diffRuns(a, b);
  if (options.json) return console.log(JSON.stringify(difference, null, 2));
  const [from, to] = spellOutAll([a.run_id, b.run_id]);
  console.log(`${before === from ? from : `${before} (${from})`} → ${after === to ? to : `${after} (${to})`}\n`);
  console.log(showDiff(spellOutAll(difference)));
}

/** A run by `latest`, its id or the start of it, its folder or its `run.json`; or `baseline`, or the file of one. */
async function find(name: string, output: string, baselinePath: string): Promise<EvalRun | Baseline> {
  const path = name === "baseline" ? baselinePath : name;
  const runs = await listRuns(output);
  if (path.endsWith(".jsonl")) {
    const baseline = await readBaseline(path);
    if (baseline) return baseline;
  } else if (existsSync(path)) {
    const isFolder = (await stat(path)).isDirectory();
    return isFolder ? readRun(path) : readRunFile(path);
  } else {
    const id = path === "latest" ? runs.at(-1) : runs.findLast((run) => run.startsWith(path));
    if (id) return readRun(join(output, id));
  }
  throw new TroupeError("eval_run_not_found", `There is no run or baseline "${name}".`, {
    hint: `Name "baseline", "latest", a run's folder, or one of "${output}" by its id: ${runs.slice(-5).join(", ") || "none yet"}.`,
  });
}

/** A `run.json` that is away from its folder, such as one that CI kept. */
async function readRunFile(path: string): Promise<EvalRun> {
  const run = await readFile(path, "utf8")
    .then((text) => JSON.parse(text) as Partial<EvalRun> | null)
    .catch(() => undefined);
  if (run?.version === 1 && run.suites && run.environment) return run as EvalRun;
  throw new TroupeError("eval_run_not_found", `"${path}" is no run of evals.`, {
    hint: "Give the run.json of a run, or its folder.",
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
