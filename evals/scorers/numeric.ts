import { z } from "zod";
import { withoutSources } from "./answer-text.ts";
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
 * commas, apostrophes or hard spaces; citation marks, the list of sources, and versions such as v2.3 are no numbers.
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
    return { score: 0, comment: `expected ${wanted.value}${unit}, found ${numbers} in ${show(text || output)}` };
  },
}));

/** The numbers of a text that stand at one of the units, or all: `−1,250.5` is -1250.5. */
function readNumbers(text: string, units: string[]): number[] {
  const plain = withoutSources(text)
    .replaceAll(/\[\d+(?:\s*,\s*\d+)*\]/g, " ")
    .replaceAll("−", "-");
  const hasUnit = (start: number, end: number) =>
    units.some((unit) => {
      const after = plain
        .slice(end, end + unit.length + 2)
        .trimStart()
        .toLowerCase();
      const before = plain
        .slice(Math.max(0, start - unit.length - 1), start)
        .trimEnd()
        .toLowerCase();
      // The m of meters is not that of minutes.
      const next = after.slice(unit.length);
      return (after.startsWith(unit.toLowerCase()) && !/^\p{L}/u.test(next)) || before.endsWith(unit.toLowerCase());
    });
  return [...plain.matchAll(pattern)]
    .filter(({ 0: digits, index }) => units.length === 0 || hasUnit(index, index + digits.length))
    .map(([digits]) => Number(digits.replaceAll(/[,'’\u00A0\u2009\u202F]/g, "")));
}

const pattern =
  /(?<![\w.])-?(?:\d{1,3}(?:[,'’\u00A0\u2009\u202F]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?(?:e[+-]?\d+)?)/gi;
