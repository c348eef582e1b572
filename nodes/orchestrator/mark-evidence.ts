import type { MarkedText } from "../../models/index.ts";
import type { Finding, Passage } from "../../state/finding.ts";

/** A passage as a marked block, under the number that an answer cites it by. */
export const markPassage = (passage: Passage, question: string, number: number): MarkedText => ({
  kind: "passage",
  id: String(number),
  source: passage.source,
  lines: `${passage.line_start}-${passage.line_end}`,
  relevance: Math.round(passage.relevance * 100) / 100,
  question,
  heading: passage.heading_path.join(" > "),
  text: passage.text,
});

/** A calculation as a marked block, with the passages that its numbers come from. */
export function markCalculation({ question, calculation }: Finding, numbers: Map<string, number>): MarkedText[] {
  if (!calculation) return [];
  const origins = calculation.operands
    .filter(({ name }) => name !== "that")
    .map(({ name, value, unit = "", passage }) => {
      const number = passage && numbers.get(passage);
      return `${name}: ${withUnit(value, unit)}${number ? ` [${number}]` : ""}`;
    });
  const text = `${calculation.expression} = ${calculation.exact ? "" : "about "}${calculation.result}${origins.length > 0 ? ` (${origins.join("; ")})` : ""}`;
  return [{ kind: "calculation", question, text }];
}

const withUnit = (value: string, unit: string) =>
  value.endsWith(unit) ? value : /^[$€£¥]$/.test(unit) ? `${unit}${value}` : `${value} ${unit}`;
