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
export const TextPatterns = z
  .union([TextPattern.transform((one) => [one]), z.array(TextPattern)], { error })
  .superRefine((patterns, context) => {
    for (const text of patterns.flatMap(textsOf)) {
      try {
        readExpression(text);
      } catch (thrown) {
        context.addIssue({ code: "custom", message: (thrown as SyntaxError).message });
      }
    }
  });

const textsOf = (pattern: TextPattern): string[] =>
  typeof pattern === "string" ? [pattern] : pattern.any.flatMap(textsOf);

/** Flags stand in the order of the alphabet, so that the path /admin/us is none. Undefined for a text that stands for itself. */
function readExpression(pattern: string): RegExp | undefined {
  const [, source, flags] = /^\/(.+)\/(i?m?s?)$/s.exec(pattern) ?? [];
  return source === undefined ? undefined : new RegExp(source, flags);
}

/** Whether a text holds a pattern. Digits at a pattern's ends stand for whole numbers: 28 is not in 1280, 28.5, -28, 28k or 1:28. */
export function holds(text: string, pattern: TextPattern): boolean {
  if (typeof pattern !== "string") return pattern.any.some((one) => holds(text, one));
  const expression = readExpression(pattern);
  if (expression) return expression.test(text);
  const plain = toPlainText(text);
  const wanted = toPlainText(pattern);
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1)) {
    const cutsBefore = /^\d/.test(wanted) && /(?:\d[.,:]?|(?:^|[\s(])-)$/.test(plain.slice(Math.max(0, at - 2), at));
    const end = at + wanted.length;
    const cutsAfter = /\d$/.test(wanted) && /^(?:[.,:]?\d|k\b)/.test(plain.slice(end, end + 2));
    if (!cutsBefore && !cutsAfter) return true;
  }
  return false;
}

/** A pattern for people. */
export const showPattern = (pattern: TextPattern): string =>
  typeof pattern === "string" ? `"${pattern}"` : pattern.any.map(showPattern).join(" or ");
