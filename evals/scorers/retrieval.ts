import type { ObservedDocument } from "../suite/observation.ts";
import { isAt } from "./citations.ts";
import { configurable } from "./configurable.ts";
import type { Score, ScorerInput } from "./scorer.ts";

interface RetrievalOptions {
  /** How many documents from the top count; 5 unless told. */
  k: number;
  /** The least score with which a case passes. */
  passMark: number;
}

/** The grade of each rank from the top, 0 for what is not expected, and the grades of all that is. */
interface Grades {
  ranked: number[];
  ideal: number[];
}

/** Share of `expected.documents` among the first k. A case passes with all of them unless told. */
export const recall = retrievalScorer("recall", 1, ({ ranked, ideal }) => found(ranked) / ideal.length);

/** Share of the first k that are expected. It decides no case unless told a `passMark`. */
export const precision = retrievalScorer("precision", 0, ({ ranked }, k) => found(ranked) / k);

/** Whether any of the first k is expected. */
export const hit = retrievalScorer("hit", 1, ({ ranked }) => (found(ranked) > 0 ? 1 : 0));

/** One over the rank of the first that is expected; the mean over cases is the MRR (Voorhees 1999). It decides no case unless told. */
export const reciprocalRank = retrievalScorer(
  "reciprocalRank",
  0,
  ({ ranked }) => 1 / (ranked.findIndex((grade) => grade > 0) + 1 || Infinity),
);

/**
 * Normalized discounted cumulative gain of the first k (Järvelin and Kekäläinen 2002), with the grade itself as the gain, as trec_eval has it. It
 * decides no case unless told.
 */
export const ndcg = retrievalScorer("ndcg", 0, ({ ranked, ideal }, k) => gain(ranked) / gain(ideal.slice(0, k)));

const found = (ranked: number[]) => ranked.filter((grade) => grade > 0).length;

const gain = (grades: number[]) => grades.reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0);

/**
 * A scorer of `expected.documents`: ids or sources, or grades by them, `{ "a.md": 2, "b.md": 1 }`. `a.md:10-20` is a chunk that overlaps these lines.
 * An empty list expects that nothing is found.
 */
function retrievalScorer(metric: string, least: number, measure: (grades: Grades, k: number) => number) {
  return configurable<RetrievalOptions>(({ k = 5, passMark = least }) => ({
    name: `${metric}@${k}`,
    kind: "rule",
    passMark,
    score({ observation, expected }: ScorerInput): Score {
      if (typeof expected.documents !== "object" || expected.documents === null) return { score: null };
      const { documents } = expected;
      const grades = Array.isArray(documents)
        ? (documents as string[]).map((name): [string, number] => [name, 1])
        : Object.entries(documents as Record<string, number>);
      const relevant = grades.filter(([, grade]) => grade > 0);
      const top = observation.documents.slice(0, k);
      if (relevant.length === 0) {
        const names = top.map(nameOf).join(", ");
        return top.length === 0 ? { score: 1 } : { score: 0, comment: `expected nothing, found ${names}` };
      }
      const { ranked, missing } = rank(top, relevant);
      const ideal = relevant.map(([, grade]) => grade).toSorted((a, b) => b - a);
      const score = Math.min(1, measure({ ranked, ideal }, k));
      if (missing.length === 0) return { score };
      return { score, comment: `missing ${missing.join(", ")}; found ${top.map(nameOf).join(", ") || "nothing"}` };
    },
  }));
}

/** Each expected document counts once, at its first rank: a second chunk of it is neither a gain nor a mistake. */
function rank(top: ObservedDocument[], relevant: [string, number][]) {
  const left = new Map(relevant);
  const ranked: number[] = [];
  for (const document of top) {
    const [match] = [...left].find(([name]) => isAt(document, name)) ?? [];
    if (match !== undefined) {
      ranked.push(left.get(match)!);
      left.delete(match);
    } else if (!relevant.some(([name]) => isAt(document, name))) ranked.push(0);
  }
  return { ranked, missing: [...left.keys()] };
}

const nameOf = ({ source, id }: ObservedDocument) => source ?? id;
