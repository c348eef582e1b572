import { appendFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Baseline, Gate } from "../gate/gate.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import type { HistoryLine } from "./history.ts";
import { writeJunit } from "./junit.ts";
import { writeMarkdown } from "./markdown.ts";

/** What a report is made of. */
export interface Report {
  run: EvalRun;
  gate: Gate;
  baseline?: Baseline;
  /** The runs before, the oldest first, and this one. */
  history: HistoryLine[];
}

/** Writes `run.json`, `report.md` and `junit.xml` into the run's folder, and its line into the history beside it. */
export async function writeReports({ folder, ...report }: Omit<Report, "history"> & { folder: string }): Promise<void> {
  const { run, gate, baseline } = report;
  const path = join(dirname(folder), "history.jsonl");
  const line = toHistoryLine(run);
  await appendFile(path, `${JSON.stringify(line)}\n`);
  const files = {
    "run.json": JSON.stringify({ ...run, gate }),
    "report.md": writeMarkdown(run, gate, baseline),
    "junit.xml": writeJunit(run),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function toHistoryLine({ run_id, started_at, status, environment, suites }: EvalRun): HistoryLine {
  const summaries = suites.map((suite) => {
    const { name, cases, pass, scorers, total_tokens, cost, latency_ms } = summarizeSuite(suite);
    const means = Object.entries(scorers).map(([scorer, { mean }]) => [scorer, mean]);
    return [
      name,
      {
        pass: pass.mean,
        cases: cases.length,
        scorers: Object.fromEntries(means),
        total_tokens,
        cost,
        p50_ms: latency_ms.p50,
      },
    ];
  });
  const { commit, models } = environment;
  return { run_id, started_at, status, commit, models, suites: Object.fromEntries(summaries) };
}
