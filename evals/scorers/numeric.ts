import { z } from "zod";
import { readSaid, withoutMarks, withoutSources } from "./answer-text.ts";
import { configurable } from "./configurable.ts";
import { readExpected } from "./read-expected.ts";
import { show } from "./show.ts";

const Wanted = z.union(
  [
    z.number().transform((value) => ({ value })),
    z.strictObject({
      value: z.number(),
      /** How far off at most, in the number's unit or as a share of it. */
      abs: z.number().nonnegative().optional(),
      rel: z.number().nonnegative().optional(),
      /** What must stand right before or after it: `%`, `$`, or one of a list. */
      unit: z.union([z.string(), z.array(z.string())]).optional(),
    }),
  ],
  { error: "write a number, or { value, abs, rel, unit }" },
);

/**
 * Whether the output is the number `expected.number`, or the answer holds it: a number, or `{ value, abs, rel, unit }`. Thousands may be parted by
 * commas, apostrophes or spaces, and `3,5` is read as 3.5 too; dates, times, versions, the marks of a list and of citations, and the list of
 * sources are no numbers.
 */
export const numeric = configurable<{ abs: number; rel: number }>(({ abs = 0, rel = 0 }) => ({
  name: "numeric",
  kind: "rule",
  score(input) {
    const expected = readExpected(input, "number", Wanted);
    if (!expected) return { score: null };
    const { output, text } = input;
    const wanted = { abs, rel, unit: [], ...expected };
    const units = [wanted.unit].flat();
    const size = Math.abs(wanted.value);
    const tolerance = Math.max(wanted.abs, wanted.rel * size, 1e-9 * size);
    const found = typeof output === "number" ? [output] : readNumbers(text, units);
    if (found.some((number) => Math.abs(number - wanted.value) <= tolerance)) return { score: 1 };
    const unit = units.length > 0 ? ` ${units.join(" or ")}` : "";
    const numbers = found.length > 0 ? found.slice(0, 10).join(", ") + unit : `no number${unit && ` in${unit}`}`;
    return {
      score: 0,
      comment: `expected ${wanted.value}${unit}, found ${numbers} in ${show(readSaid(input.observation))}`,
    };
  },
}));

/** The numbers of a text that stand at one of the units, or all: `−1,250.5` is -1250.5. */
function readNumbers(text: string, units: string[]): number[] {
  const answer = withoutMarks(withoutSources(text))
    .replaceAll("−", "-")
    .replaceAll(emphasis, "$2")
    .replaceAll(minus, "-");
  const isList = /^[ \t]*1[.)] /m.test(answer) && /^[ \t]*2[.)] /m.test(answer);
  const plain = (isList ? answer.replaceAll(/^[ \t]*\d{1,2}[.)] /gm, "") : answer).replaceAll(noNumbers, " ");
  const hasUnit = (start: number, end: number) =>
    units.some((unit) => {
      const after = plain
        .slice(end, end + unit.length + 3)
        .replace(/^\s*\(?/, "")
        .toLowerCase();
      const before = plain
        .slice(Math.max(0, start - unit.length - 2), start)
        .replace(/:?\s*$/, "")
        .toLowerCase();
      // The m of meters is not that of minutes.
      const next = after.slice(unit.length);
      return (after.startsWith(unit.toLowerCase()) && !/^\p{L}/u.test(next)) || before.endsWith(unit.toLowerCase());
    });
  const whole = [...plain.matchAll(commaed)].map(({ 0: digits, index }) => [index, index + digits.length] as const);
  // The 250 of "1 250" is no number of its own.
  const isPart = (start: number, end: number) =>
    whole.some(([from, to]) => from <= start && end <= to && to - from > end - start);
  const read = (pattern: RegExp, toNumber: (digits: string) => string) =>
    [...plain.matchAll(pattern)]
      .filter(({ 0: digits, index }) => !isPart(index, index + digits.length))
      .filter(({ 0: digits, index }) => units.length === 0 || hasUnit(index, index + digits.length))
      .map(([digits]) => Number(toNumber(digits)));
  return [
    ...read(pointed, (digits) => digits.replaceAll(/[^\d.e+-]/gi, "")),
    ...read(commaed, (digits) => digits.replaceAll(/[^\d,-]/g, "").replace(",", ".")),
  ];
}

/** Markdown's: `**25** EUR`, but not the product `2*3*4`. */
const emphasis = /(?<![\w*])(\*{1,3}|__|`)(?=\S)([^*`\n]*\S)\1(?![\w*])/g;

/** Below zero, but not taken from another number. */
const minus = /(?<![\d)%]\s?)\bminus (?=\d)/gi;

/** Dates, versions and times. */
const noNumbers =
  /\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\b\d+(?:\.\d+){2,}\b|\b\d{1,2}:\d\d(?::\d\d)?\b/g;

/** With a decimal point, and with a decimal comma or groups that spaces part. */
const pointed =
  /(?<![\w.]|\p{L}-)-?(?:\d{1,3}(?:[,'’\u00A0\u2009\u202F]\d{3})+(?!\d)(?:\.\d+)?|(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)/giu;
const commaed = /(?<![\w.,]|\p{L}-)-?(?:(?:\d{1,3}(?:[. ]\d{3})+|\d+),\d{1,2}|\d{1,3}(?: \d{3})+)(?![\d,])/gu;
