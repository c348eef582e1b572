import { isDeepStrictEqual, styleText } from "node:util";
import { diffArrays, diffWords } from "diff";
import { alignColumns } from "../report/align-columns.ts";
import { formatEstimate } from "../report/format.ts";
import type { CaseDifference, RunDifference, SuiteDifference, SuiteFigures } from "./diff-runs.ts";

const mostCases = 50;
/** Of what went or came in one place; what stayed is told by its ends. */
const mostChanged = 500;
const mostSame = 80;

/** The difference for the terminal: a table of suites, then each case that differs, with what was there and what is. */
export function showDiff({ suites, cases }: RunDifference): string {
  const head = ["", "cases", "worse", "better", "pass rate", "", "p", "p50", "tokens", "cost"];
  const both = cases.filter((one): one is Required<CaseDifference> => Boolean(one.before && one.after));
  const shown = both.slice(0, mostCases).flatMap(showCase);
  const more = both.length > mostCases ? [`and ${both.length - mostCases} more cases that differ; --json has all`] : [];
  const others = suites.flatMap(({ name }) =>
    ["gone", "new"].flatMap((what) => {
      const ids = cases.filter(({ suite, changed }) => suite === name && changed[0] === what).map(({ id }) => id);
      return ids.length > 0 ? [`${styleText("bold", name)}, ${what}: ${ids.join(", ")}`] : [];
    }),
  );
  const nothing = cases.length === 0 ? ["No case differs."] : [];
  return [...alignColumns([head, ...suites.map(toRow)]), "", ...shown, ...more, ...others, ...nothing].join("\n");
}

function toRow({ name, cases, worse, better, before, after, p }: SuiteDifference): string[] {
  if (cases === 0) return [name, "none in both", "", "", "", "", "", "", "", ""];
  const both = (show: (figures: SuiteFigures) => string | undefined | false | 0) =>
    [show(before), show(after)].filter(Boolean).join(" → ");
  return [
    name,
    ...[cases, worse, better].map(String),
    formatEstimate(before.pass),
    `→ ${formatEstimate(after.pass)}`,
    p === undefined ? "" : p.toPrecision(2),
    both(({ latency_ms }) => latency_ms && `${Math.round(latency_ms.p50)} ms`),
    both(({ total_tokens }) => total_tokens && String(total_tokens)),
    both(({ cost }) => typeof cost === "number" && cost > 0 && `$${cost.toFixed(4)}`),
  ];
}

function showCase({ suite, id, before, after, changed }: Required<CaseDifference>): string[] {
  const head = styleText("bold", `${suite} > ${id}`);
  const lines = changed.map((field) => {
    const scorer = /^score (.*)/.exec(field)?.[1];
    const [was, is] = scorer
      ? [before.scores[scorer], after.scores[scorer]]
      : [before[field as keyof typeof before], after[field as keyof typeof after]];
    return `  ${field.padEnd(10)} ${showChange(was, is)}`;
  });
  return [head, ...lines];
}

/** With `[-what went-]` and `{+what came+}`, as git has it, so that it reads without colours too. */
function showChange(was: unknown, is: unknown): string {
  if (typeof was === "string" && typeof is === "string") {
    const parts = diffWords(was, is).map((part) => mark(part, part.value));
    return parts.join("").replaceAll("\n", "\n             ");
  }
  if (Array.isArray(was) && Array.isArray(is)) {
    return diffArrays(was, is)
      .map((part) => mark(part, part.value.join(", ")))
      .join(" ");
  }
  if (was && is && typeof was === "object" && typeof is === "object") {
    const [from, to] = [was, is] as Record<string, unknown>[];
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    const changed = keys.filter((key) => !isDeepStrictEqual(from![key], to![key]));
    return changed.map((key) => `${key} ${showChange(from![key], to![key])}`).join(", ");
  }
  const show = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  return `${styleText("red", show(was))} → ${styleText("green", show(is))}`;
}

function mark({ added, removed }: { added?: boolean; removed?: boolean }, text: string): string {
  if (added || removed) {
    const cut = text.length > mostChanged ? `${text.slice(0, mostChanged)}…` : text;
    return added ? styleText("green", `{+${cut}+}`) : styleText("red", `[-${cut}-]`);
  }
  return text.length > 2 * mostSame ? `${text.slice(0, mostSame)} … ${text.slice(-mostSame)}` : text;
}
