import type { Observation } from "../suite/observation.ts";

/** What the subject said: its text; without a conversation its output, unless that is what a failure left. */
export function readSaid({ text, output, messages, error }: Observation): string {
  if (text || messages.length > 0 || error) return text;
  return typeof output === "string" ? output : (JSON.stringify(output) ?? "");
}

/** An answer without the list of its sources, whose names and lines are no claims. */
export const withoutSources = (text: string): string =>
  text.split(/\n[ \t]*\n(?:#+ )?\**(?:sources|references):?\**:?[ \t]*\n/i)[0] ?? "";

/** A text as it compares: without case, emphasis, invisible signs, and differences of spaces, quotes and dashes. */
export const toPlainText = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[*`\u00AD\u200B-\u200D\u2060\uFEFF]/g, "")
    .replaceAll(/[‘’‛′]/g, "'")
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‐-―−]/g, "-")
    .replaceAll(/\s+/g, " ")
    .trim();

/** A text without its citation marks. */
export const withoutMarks = (text: string): string => text.replaceAll(marks, " ");

/** The letters and digits of a text, word by word, without its citation marks. */
export const toWords = (text: string): string[] =>
  withoutMarks(text)
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** The numbers of `[1]`, `[1, 2]` and `[1-3]` in a text; `[0]` in code is none. */
export const readMarks = (text: string): number[] =>
  [...text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, " ").matchAll(marks)].flatMap(([, numbers]) =>
    numbers!.split(",").flatMap((range) => {
      const [from = 0, to = from] = range.split(/[-–]/).map(Number);
      return Array.from({ length: Math.max(1, to - from + 1) }, (_, index) => from + index);
    }),
  );

const part = String.raw`(?:[1-9]\d?\s*[-–]\s*\d{1,2}|\d+)`;
const marks = new RegExp(String.raw`\[(${part}(?:\s*,\s*${part})*)\]`, "g");
