import { configurable } from "./configurable.ts";
import { show } from "./exact.ts";

interface Wanted {
  value: number;
  /** How far off at most, in the number's unit or as a share of it. */
  abs?: number;
  rel?: number;
}

/**
 * Whether the output is the number `expected.number`, or the answer holds it: a number, or `{ value, abs, rel }` with a tolerance.
 * Thousands may be parted by commas, apostrophes or thin spaces; `[3]` marks a citation and is no number.
 */
export const numeric = configurable<{ abs: number; rel: number }>(({ abs, rel }) => ({
  name: "numeric",
  kind: "rule",
  score({ output, text, expected }) {
    if (expected.number === undefined) return { score: null };
    const given = expected.number as number | Wanted;
    const wanted: Wanted = { abs, rel, ...(typeof given === "number" ? { value: given } : given) };
    const tolerance = Math.max(
      wanted.abs ?? 0,
      (wanted.rel ?? 0) * Math.abs(wanted.value),
      1e-9 * Math.abs(wanted.value),
    );
    const found = typeof output === "number" ? [output] : readNumbers(text);
    if (found.some((number) => Math.abs(number - wanted.value) <= tolerance)) return { score: 1 };
    const numbers = found.length > 0 ? found.slice(0, 10).join(", ") : "no number";
    return { score: 0, comment: `expected ${wanted.value}, found ${numbers} in ${show(text || output)}` };
  },
}));

/** The numbers of a text, signs and thousands read: `−1,250.5` is -1250.5. */
function readNumbers(text: string): number[] {
  const plain = text.replaceAll(/\[\d+(?:\s*,\s*\d+)*\]/g, " ").replaceAll("−", "-");
  return [...plain.matchAll(/(?<![\w.])-?\d{1,3}(?:[,'’\u2009\u202F]\d{3})+(?:\.\d+)?|(?<![\w.])-?\d+(?:\.\d+)?/g)].map(
    ([digits]) => Number(digits.replaceAll(/[,'’\u2009\u202F]/g, "")),
  );
}
