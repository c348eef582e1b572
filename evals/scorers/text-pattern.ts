import { z } from "zod";
import { toPlainText } from "./answer-text.ts";

/** A text, a regular expression as `/…/i`, or alternatives of which one is enough. */
export type TextPattern = string | { any: TextPattern[] };

const error = 'write a text, "/a regular expression/", { "any": [...] }, or a list of these';

const TextPattern: z.ZodType<TextPattern> = z.union(
  [
    z.string().min(1),
    z.number().transform(String),
    z.strictObject({
      get any() {
        return z.array(TextPattern).min(1);
      },
    }),
  ],
  { error },
);

/** One pattern or several, as a case writes them. */
export const TextPatterns = z.union([TextPattern.transform((one) => [one]), z.array(TextPattern)], { error });

/** Whether a text holds a pattern. Digits at a pattern's ends stand for whole numbers: 28 is neither in 1280 nor in 28.5. */
export function holds(text: string, pattern: TextPattern): boolean {
  if (typeof pattern !== "string") return pattern.any.some((one) => holds(text, one));
  const [, source, flags] = /^\/(.+)\/([imsu]*)$/s.exec(pattern) ?? [];
  if (source !== undefined) return new RegExp(source, flags).test(text);
  const plain = toPlainText(text);
  const wanted = toPlainText(pattern);
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1)) {
    const cutsBefore = /^\d/.test(wanted) && /\d[.,]?$/.test(plain.slice(Math.max(0, at - 2), at));
    const end = at + wanted.length;
    const cutsAfter = /\d$/.test(wanted) && /^[.,]?\d/.test(plain.slice(end, end + 2));
    if (!cutsBefore && !cutsAfter) return true;
  }
  return false;
}

/** A pattern for people. */
export const showPattern = (pattern: TextPattern): string =>
  typeof pattern === "string" ? `"${pattern}"` : pattern.any.map(showPattern).join(" or ");
