import { styleText } from "node:util";
import { diffWords } from "diff";
import type { CaseDifference, RunDifference, SuiteDifference } from "./diff-runs.ts";

const mostCases = 50;
const mostText = 800;

/** The difference for the terminal: a line a suite, then each case that differs, with what was there and what is. */
export function showDiff({ suites, cases }: RunDifference): string {
  const shown = cases.slice(0, mostCases).flatMap(showCase);
  const more = cases.length > mostCases ? [`and ${cases.length - mostCases} more cases that differ`] : [];
  const nothing = cases.length === 0 ? ["No case differs."] : [];
  return [...suites.map(showSuite), "", ...shown, ...more, ...nothing].join("\n");
}

function showSuite({ name, cases, before, after, better, worse, p }: SuiteDifference): string {
  const luck = p === undefined ? "" : `, p = ${p.toPrecision(2)}`;
  const share = (value: number) => `${(value * 100).toFixed(1)} %`;
  return `${styleText("bold", name)}  ${share(before)} → ${share(after)} of ${cases} cases in both, ${worse} worse, ${better} better${luck}`;
}

function showCase({ suite, id, before, after, changed }: CaseDifference): string[] {
  const head = styleText("bold", `${suite} > ${id}`);
  if (!before || !after) return [`${head}  ${before ? "is gone" : "is new"}`];
  const lines = changed.map((field) => {
    if (field === "text") return `  text       ${showText(before.text, after.text)}`;
    const scorer = /^score (.*)/.exec(field)?.[1];
    const [was, is] = scorer
      ? [before.scores[scorer], after.scores[scorer]]
      : [before[field as keyof typeof before], after[field as keyof typeof after]];
    return `  ${field.padEnd(10)} ${styleText("red", show(was))} → ${styleText("green", show(is))}`;
  });
  return [head, ...lines];
}

const show = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, mostText));

/** With `[-what went-]` and `{+what came+}`, as git has it, so that it reads without colours too. */
function showText(before: string, after: string): string {
  return diffWords(before, after)
    .map(({ value, added, removed }) => {
      if (added) return styleText("green", `{+${value}+}`);
      return removed ? styleText("red", `[-${value}-]`) : value;
    })
    .join("")
    .replaceAll("\n", "\n             ")
    .slice(0, mostText * 2);
}
