import { TroupeError } from "../../errors.ts";
import { configurable } from "./configurable.ts";
import { show } from "./exact.ts";
import type { ScorerInput } from "./scorer.ts";

/** A text, a regular expression as `/…/i`, or alternatives of which one is enough. */
type Pattern = string | { any: Pattern[] };

/**
 * Whether the answer holds all of `expected.answer` and nothing of `expected.not_answer`: a text (in any case, any space), a
 * regular expression written `/…/`, `{ any: [...] }`, or a list of these. The score is the share that holds.
 */
export const answer = textScorer("answer");

/** As `answer`, by `expected.contains` and `expected.not_contains`. */
export const contains = textScorer("contains");

function textScorer(field: string) {
  return configurable<{ passMark: number }>(({ passMark }) => ({
    name: field,
    kind: "rule",
    ...(passMark !== undefined && { passMark }),
    score({ text, output, expected }: ScorerInput) {
      const wanted = toList(expected[field]);
      const unwanted = toList(expected[`not_${field}`]);
      if (wanted.length + unwanted.length === 0) return { score: null };
      const said = text || (typeof output === "string" ? output : (JSON.stringify(output) ?? ""));
      const missing = wanted.filter((pattern) => !holds(said, pattern));
      const excess = unwanted.filter((pattern) => holds(said, pattern));
      const comment = [
        ...missing.map((pattern) => `${showPattern(pattern)} is missing`),
        ...excess.map((pattern) => `${showPattern(pattern)} is said`),
      ].join(", ");
      const score = 1 - (missing.length + excess.length) / (wanted.length + unwanted.length);
      return comment ? { score, comment: `${comment} in ${show(said)}` } : { score };
    },
  }));
}

function toList(value: unknown): Pattern[] {
  if (value === undefined || value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "number") return String(item);
    if (typeof item === "string" || (typeof item === "object" && item !== null && "any" in item))
      return item as Pattern;
    throw new TroupeError("case_invalid", `The case expects ${show(item)} in the answer, which is no text.`, {
      hint: 'Write a text, "/a regular expression/", { "any": [...] }, or a list of these.',
    });
  });
}

function holds(text: string, pattern: Pattern): boolean {
  if (typeof pattern !== "string") return pattern.any.some((one) => holds(text, one));
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(pattern) ?? [];
  if (source !== undefined) return new RegExp(source, flags).test(text);
  return squeeze(text).includes(squeeze(pattern));
}

const squeeze = (text: string) => text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();

const showPattern = (pattern: Pattern): string =>
  typeof pattern === "string" ? `"${pattern}"` : pattern.any.map(showPattern).join(" or ");
