import { styleText } from "node:util";
import type { CaseFigures } from "../results/provided-run.ts";
import { alignColumns } from "./align-columns.ts";
import { formatPercent } from "./format.ts";
import { spellOut } from "./spell-out.ts";

/** How far a suite is. */
export interface SuiteProgress {
  name: string;
  planned: number;
  done: number;
  passed: number;
  /** Of the cases that have ended. */
  figures: CaseFigures[];
  /** Milliseconds since it began, or that it took. */
  ms: number;
}

const barWidth = 16;

/** A row a suite: name, bar, how many cases are done and pass, tokens, cost, time and, as far as `columns` reach, the mean of each scorer. */
export function drawTable(suites: readonly SuiteProgress[], columns: number): string[] {
  const rows = suites.map((suite) => {
    const [name = "", ...figures] = describeProgress(suite);
    const filled = Math.round((suite.done / suite.planned) * barWidth);
    return [name, "█".repeat(filled) + "░".repeat(barWidth - filled), ...figures];
  });
  const lines = alignColumns(rows, "padStart");
  return suites.map((suite, index) => {
    const text = [lines[index], ...describeScores(suite.figures)].join("  ").slice(0, columns - 1);
    return suite.done === suite.planned ? text : styleText("dim", text, { validateStream: false });
  });
}

/** A line that says of a suite what its row does. */
export const describeLine = (suite: SuiteProgress): string =>
  [...describeProgress(suite), ...describeScores(suite.figures)].filter(Boolean).join("  ");

function describeProgress({ name, planned, done, passed, figures, ms }: SuiteProgress): string[] {
  const tokens = figures.reduce((sum, { total_tokens }) => sum + total_tokens, 0);
  const cost = figures.reduce((sum, one) => sum + (one.cost ?? 0), 0);
  return [
    spellOut(name.replaceAll(/\s+/g, " ")),
    `${done}/${planned}`,
    done > 0 ? `${formatPercent(passed / done)} passed` : "",
    tokens > 0 ? `${formatCount(tokens)} tokens` : "",
    cost > 0 ? `$${cost.toFixed(2)}` : "",
    `${(ms / 1000).toFixed(1)} s`,
  ];
}

function describeScores(figures: readonly CaseFigures[]): string[] {
  const scores = new Map<string, number[]>();
  for (const one of figures) {
    for (const [name, score] of Object.entries(one.scores)) scores.set(name, [...(scores.get(name) ?? []), score]);
  }
  return [...scores].map(
    ([name, all]) => `${spellOut(name)} ${(all.reduce((sum, score) => sum + score, 0) / all.length).toFixed(2)}`,
  );
}

const formatCount = (count: number): string =>
  count < 10_000 ? String(count) : count < 1e6 ? `${Math.round(count / 1000)}k` : `${(count / 1e6).toFixed(1)}M`;
