import { readSaid, withoutSources } from "./answer-text.ts";
import { configurable } from "./configurable.ts";
import { readExpected } from "./read-expected.ts";
import type { ScorerInput } from "./scorer.ts";
import { show } from "./show.ts";
import { holds, showPattern, TextPatterns } from "./text-pattern.ts";

/**
 * Whether the answer, without the list of its sources, holds all of `expected.answer` and nothing of `expected.not_answer`: a text (in any case, with any
 * space), a regular expression written `/…/`, `{ any: [...] }`, or a list of these. The score is the share that holds.
 */
export const answer = textScorer("answer", withoutSources);

/** As `answer`, by `expected.contains` and `expected.not_contains`, in the whole text. */
export const contains = textScorer("contains", (text) => text);

function textScorer(field: string, read: (text: string) => string) {
  return configurable<{ passMark: number }>(({ passMark }) => ({
    name: field,
    kind: "rule",
    ...(passMark !== undefined && { passMark }),
    score(input: ScorerInput) {
      const wanted = readExpected(input, field, TextPatterns) ?? [];
      const unwanted = readExpected(input, `not_${field}`, TextPatterns) ?? [];
      if (wanted.length + unwanted.length === 0) return { score: null };
      const said = read(readSaid(input.observation));
      const missing = wanted.filter((pattern) => !holds(said, pattern));
      const excess = unwanted.filter((pattern) => holds(said, pattern));
      const score = 1 - (missing.length + excess.length) / (wanted.length + unwanted.length);
      if (score === 1) return { score };
      const why = [
        ...missing.map((pattern) => `${showPattern(pattern)} is missing`),
        ...excess.map((pattern) => `${showPattern(pattern)} is said`),
      ];
      return { score, comment: `${why.join(", ")} in ${show(said)}` };
    },
  }));
}
