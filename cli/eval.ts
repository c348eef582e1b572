import { join, relative } from "node:path";
import { readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import type { CaseFilter } from "../evals/results/provided-run.ts";
import { readPackage } from "../server/read-package.ts";
import { untilInterrupted } from "./until-interrupted.ts";

export interface EvalOptions extends CaseFilter {
  repeat?: number;
  concurrency?: number;
  model?: string;
  live?: boolean;
  baseline?: string;
  updateBaseline?: boolean;
  output?: string;
  json?: boolean;
}

/**
 * Runs suites, writes the reports and asks the gate. Exit code: 0 it passed, or did not pass for nothing but what
 * `--update-baseline` accepts, 1 it failed, 130 stopped by Ctrl-C.
 */
export async function runEval(files: string[], options: EvalOptions): Promise<void> {
  if (!readPackage("vitest", join(process.cwd(), "package.json"))) {
    throw new TroupeError("suite_invalid", 'Suites run under "vitest", which is not installed here.', {
      hint: "Install it with: npm install --save-dev vitest@5",
    });
  }
  const live = options.live ?? options.model !== undefined;
  const { goOffline } = await import("../evals/run/go-offline.ts");
  if (!live) goOffline();
  if (options.model) process.env["MODEL_FAST"] = process.env["MODEL_SMART"] = options.model;
  const signal = untilInterrupted();
  const { listPassing, readBaseline, writeBaseline } = await import("../evals/gate/baseline-file.ts");
  const path = options.baseline ?? "evals/baseline.jsonl";
  const baseline = await readBaseline(path);
  // A run that is held against nothing passes: one that was asked for and is not there must not be that.
  if (options.baseline !== undefined && !baseline && !options.updateBaseline) {
    throw new TroupeError("config_invalid", `There is no baseline "${path}".`, {
      hint: "Correct --baseline, or make it with --update-baseline.",
    });
  }
  const { runEvals } = await import("../evals/run/run-evals.ts");
  const { case: part, tag, limit, repeat, concurrency, output = join(readConfig().TROUPE_DATA, "evals") } = options;
  const passing = baseline && listPassing(baseline);
  const filter = { case: part, tag, limit };
  const { run, folder } = await runEvals({ files, filter, repeat, concurrency, passing, live, output, signal });

  const { gateRun } = await import("../evals/gate/gate-run.ts");
  const { writeReports } = await import("../evals/report/write-reports.ts");
  const isFiltered = Object.values(filter).some((one) => one !== undefined);
  const scope = isFiltered ? "cases" : files.length > 0 ? "suites" : "all";
  const accepting = options.updateBaseline === true && !signal.aborted;
  const gate = gateRun(run, baseline, scope, accepting);
  await writeReports({ folder, run, gate, baseline, trend: !isFiltered });
  const { spellOutAll } = await import("../evals/report/spell-out.ts");
  const { showRun } = await import("../evals/report/show-run.ts");
  if (options.json) {
    const { placeOf } = await import("../evals/report/place-of.ts");
    const findings = gate.findings.map((one) => ({ ...one, place: placeOf(one, run) }));
    const told = { run_id: run.run_id, folder: relative("", folder), gate: { ...gate, findings } };
    console.log(JSON.stringify(told, null, 2));
  } else console.log(showRun(spellOutAll({ run, gate, folder: relative("", folder) })));
  let { passed } = gate;
  if (accepting) {
    const { showUpdate } = await import("../evals/gate/show-update.ts");
    const updated = await writeBaseline(path, run, baseline, scope);
    const rest = gateRun(run, updated, scope);
    const failures = rest.findings.filter(({ level }) => level === "failure").map(({ message }) => message);
    const update = showUpdate(...spellOutAll([baseline, updated, path, failures] as const));
    if (options.json) console.error(update);
    else console.log(update);
    ({ passed } = rest);
  }
  process.exitCode = signal.aborted ? 130 : passed ? 0 : 1;
}
