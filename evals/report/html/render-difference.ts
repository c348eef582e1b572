import { diffArrays, diffWords } from "diff";
import type { CaseDifference } from "../../gate/diff-runs.ts";
import { formatPercent } from "../format.ts";
import { formatFigure } from "./format-figure.ts";
import { type Markup, markup } from "./markup.ts";

const titles: Record<string, string> = {
  pass_rate: "Passed",
  text: "Answer",
  nodes: "Nodes",
  tools: "Tools",
  documents: "Documents",
  route: "Route",
  error: "Error",
};

/** What differs from the baseline: words that went are struck through, words that came are underlined. */
export function renderDifference({ before, after, changed }: CaseDifference): Markup | false {
  if (!before || !after) return false;
  const rows = changed.map((field) => {
    const scorer = /^score (.*)/s.exec(field)?.[1];
    const figures = (was?: number, is?: number) =>
      markup`${show(was)} → <b class="${(is ?? 0) < (was ?? 0) ? "bad" : "good"}">${show(is)}</b>`;
    if (scorer !== undefined) return [scorer, figures(before.scores[scorer], after.scores[scorer])] as const;
    const title = titles[field] ?? field;
    if (field === "pass_rate") {
      return [title, markup`${formatPercent(before.pass_rate)} → ${formatPercent(after.pass_rate)}`] as const;
    }
    const [was, is] = [before[field as keyof typeof before], after[field as keyof typeof after]];
    if (Array.isArray(was) && Array.isArray(is)) return [title, showNames(was, is)] as const;
    return [title, showWords(textOf(was), textOf(is))] as const;
  });
  return markup`<dl class="difference">${rows.map(([title, value]) => markup`<div><dt>${title}</dt><dd dir="auto">${value}</dd></div>`)}</dl>`;
}

const show = (score: number | undefined) => (score === undefined ? "none" : formatFigure(score));

const textOf = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value, null, 1) ?? ""));

const showWords = (before: string, after: string) =>
  diffWords(before, after).map(({ value, added, removed }) => mark(value, added, removed));

const showNames = (before: string[], after: string[]) =>
  markup`<span class="names">${diffArrays(before, after).flatMap(({ value, added, removed }) => value.map((name) => mark(name, added, removed, "chip")))}</span>`;

function mark(text: string, added: boolean, removed: boolean, look = ""): Markup {
  if (added) return markup`<ins class="${look}">${text}</ins>`;
  return removed ? markup`<del class="${look}">${text}</del>` : markup`<span class="${look}">${text}</span>`;
}
