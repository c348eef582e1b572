import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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

/** How many runs the trend goes back, and of how many the folder is kept: one of some hundred cases is 10 MB. */
const mostHistory = 200;
const mostRuns = 20;

/**
 * Writes `run.json`, `report.md` and `junit.xml` into the run's folder and, where `trend` says so, its line into the history beside
 * it. Older runs than the last 20 go.
 */
export async function writeReports({
  folder,
  trend,
  ...report
}: Omit<Report, "history"> & { folder: string; trend: boolean }): Promise<void> {
  const { run, gate, baseline } = report;
  const output = dirname(folder);
  if (trend) await keepInHistory(join(output, "history.jsonl"), toHistoryLine(run));
  const files = {
    "run.json": JSON.stringify({ ...run, gate }),
    "report.md": writeMarkdown(run, gate, baseline),
    "junit.xml": writeJunit(run),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await removeOldRuns(output);
}

/** Adds a line to the history, which becomes no longer than `mostHistory`, and answers it, the oldest first. */
async function keepInHistory(path: string, line: HistoryLine): Promise<HistoryLine[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const before = text.split("\n").filter((one) => one.startsWith("{") && one.endsWith("}"));
  const lines = [...before, JSON.stringify(line)].slice(-mostHistory);
  const draft = `${path}.${line.run_id}.draft`;
  await writeFile(draft, lines.map((one) => `${one}\n`).join(""));
  await rename(draft, path);
  return lines.map((one) => JSON.parse(one) as HistoryLine);
}

async function removeOldRuns(output: string): Promise<void> {
  const runs = (await readdir(output)).filter((name) => /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/.test(name));
  for (const name of runs.toSorted().slice(0, -mostRuns)) await rm(join(output, name), { recursive: true });
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
