import type { Calculation } from "./calculation.ts";

/** What a comparative compares, in words that documents use for it. */
const measures: [compared: RegExp, measure: string][] = [
  [/^(?:longer|shorter)$/i, "how long"],
  [/^(?:heavier|lighter)$/i, "weight"],
  [/^(?:cheaper|dearer|(?:more|less) expensive|(?:more|less) costly)$/i, "price"],
  [/^(?:older|younger)$/i, "age"],
  [/^(?:faster|slower)$/i, "speed"],
  [/^(?:taller|higher|lower)$/i, "height"],
];
const auxiliary = "(?:does|do|did|is|are|was|were|will|would|can|could|has|have)";
const comparative = String.raw`(?<compared>(?:more|less) (?:expensive|costly)|longer|shorter|heavier|lighter|cheaper|dearer|older|younger|faster|slower|taller|higher|lower|larger|bigger|greater|smaller)`;
const patterns = [
  new RegExp(`^how much ${comparative} ${auxiliary} (?<x>.+?) than (?<y>.+?)[?.\\s]*$`, "i"),
  new RegExp(
    `^how (?:much|many) (?:more|fewer|less) (?<what>.*?)\\s?\\b${auxiliary} (?<x>.+?) than (?<y>.+?)[?.\\s]*$`,
    "i",
  ),
];
const preposition = /^(?:at|in|on|with|for|from|by|to|under|without|during)\b/i;

/**
 * Reads "how much longer does A take than B?" as the difference of two numbers to be looked up. A second half that
 * begins with a preposition ("than at the dock") stands for the first with that part exchanged.
 */
export function readComparison(sentence: string): Calculation | undefined {
  const groups = patterns.map((pattern) => pattern.exec(sentence.trim())?.groups).find(Boolean);
  if (!groups) return undefined;
  const { compared = "", what = "", x = "", y = "" } = groups;
  const measure = what || (measures.find(([pattern]) => pattern.test(compared))?.[1] ?? "");
  const word = preposition.exec(y)?.[0];
  const shared = word ? x.slice(0, Math.max(0, x.toLowerCase().lastIndexOf(` ${word.toLowerCase()} `))) : "";
  const phrases = [x, `${shared} ${y}`].map((phrase) => `${measure} ${phrase}`.replace(/\s+/g, " ").trim());
  return {
    expression: "abs({0} - {1})",
    operands: phrases.map((phrase) => ({ kind: "lookup", phrase })),
  };
}
