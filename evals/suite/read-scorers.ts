import { TroupeError } from "../../errors.ts";
import type { Score, Scorer } from "../scorers/scorer.ts";
import type { CommonOptions } from "./suite-options.ts";

/** The scorers of a suite, a plain function as one that is named after it. Throws `suite_invalid` for names that say nothing. */
export function readScorers(scorers: NonNullable<CommonOptions["scorers"]>): (Scorer & { passMark: number })[] {
  const read = scorers.map((scorer, index) => {
    const { name } = scorer;
    if (!name) {
      throw new TroupeError("suite_invalid", `Scorer ${index + 1} of the suite has no name.`, {
        hint: "Write it as a named function, or as { name, kind, score }.",
      });
    }
    if (scorers.findIndex((other) => other.name === name) < index) {
      throw new TroupeError("suite_invalid", `Two scorers of the suite are named "${name}".`, {
        hint: "Give one of them another name: results are kept by it.",
      });
    }
    if ("score" in scorer) return { ...withFields(scorer), passMark: scorer.passMark ?? 1 };
    return { name, kind: "rule" as const, passMark: 1, score: async (input: never) => toScore(await scorer(input)) };
  });
  return read;
}

/** A configurable scorer is a function whose fields are the scorer. */
const withFields = (scorer: Scorer): Scorer => ({
  name: scorer.name,
  kind: scorer.kind,
  unit: scorer.unit,
  score: (input) => scorer.score(input),
});

function toScore(result: Score | number | boolean | null): Score {
  if (typeof result === "boolean") return { score: result ? 1 : 0 };
  return typeof result === "number" || result === null ? { score: result } : result;
}
