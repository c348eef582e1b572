import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EvalRun } from "../results/eval-run.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import { HistoryLine } from "./history.ts";
import { renderHtml } from "./html/render-html.ts";
import { writeJunit } from "./junit.ts";
import { writeMarkdown } from "./markdown.ts";
import type { Report } from "./report.ts";

/** How many runs the trend goes back, and of how many the folder is kept: one of some hundred cases is 10 MB. */
const mostHistory = 100;
const mostRuns = 20;

/**
 * Writes `run.json`, `report.md`, `junit.xml` and `report.html` into the run's folder and, where `trend` says so, its
 * line into the history beside it. Older runs than the last 20 go.
 */
export async function writeReports({
  folder,
  trend,
  ...report
}: Omit<Report, "history"> & { folder: string; trend: boolean }): Promise<void> {
  const { run, gate, baseline } = report;
  const output = dirname(folder);
  const history = await addToHistory(join(output, "history.jsonl"), toHistoryLine(run), trend);
  const files = {
    "run.json": JSON.stringify({ ...run, gate }),
    "report.md": writeMarkdown(run, gate, baseline),
    "junit.xml": writeJunit(run, gate),
    "report.html": renderHtml({ ...report, history }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await removeOldRuns(output);
}

/** The history with a line more, the oldest first and without damaged lines, at most `mostHistory`; only where told, it is kept so. */
async function addToHistory(path: string, line: HistoryLine, keep: boolean): Promise<HistoryLine[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const lines = [...text.split("\n").flatMap(parseLine), line].slice(-mostHistory);
  if (!keep) return lines;
  const draft = `${path}.${line.run_id}.draft`;
  await writeFile(draft, lines.map((one) => `${JSON.stringify(one)}\n`).join(""));
  await rename(draft, path);
  return lines;
}

function parseLine(line: string): HistoryLine[] {
  try {
    return [HistoryLine.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

async function removeOldRuns(output: string): Promise<void> {
  const runs = (await readdir(output)).filter((name) => /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/.test(name));
  for (const name of runs.toSorted().slice(0, -mostRuns))
    await rm(join(output, name), { recursive: true, force: true, maxRetries: 3 });
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
