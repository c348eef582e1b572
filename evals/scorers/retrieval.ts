import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import type { ObservedDocument } from "../suite/observation.ts";
import { configurable } from "./configurable.ts";
import { demandDocuments } from "./demand-documents.ts";
import { isAt } from "./is-at.ts";
import { readExpected } from "./read-expected.ts";
import type { Score, ScorerInput } from "./scorer.ts";

interface RetrievalOptions {
  /** How many documents from the top count; 5 unless told. */
  k: number;
  /** The least score with which a case passes. */
  passMark: number;
}

const Documents = z.union(
  [
    z.array(z.string()).transform((names) => names.map((name): [string, number] => [name, 1])),
    z.record(z.string(), z.number().nonnegative()).transform((grades) => Object.entries(grades)),
  ],
  { error: 'write a list of ids or sources, or grades by them, { "a.md": 2, "b.md": 1 }' },
);

/** The grade of each rank from the top, 0 for what is not expected; the grades of all that is; and how many of these were found. */
interface Grades {
  ranked: number[];
  ideal: number[];
  found: number;
}

/** Share of `expected.documents` among the first k. A case passes with all of them unless told. */
export const recall = retrievalScorer("recall", 1, ({ found, ideal }) => found / ideal.length);

/** Share of the first k that are expected. It decides no case unless told a `passMark`. */
export const precision = retrievalScorer(
  "precision",
  0,
  ({ ranked }, k) => ranked.filter((grade) => grade > 0).length / k,
);

/** Whether any of the first k is expected. */
export const hit = retrievalScorer("hit", 1, ({ found }) => (found > 0 ? 1 : 0));

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

const gain = (grades: number[]) => grades.reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0);

/**
 * A scorer of `expected.documents`: ids or sources, or grades by them, `{ "a.md": 2, "b.md": 1 }`. `a.md:10-20` is a chunk that overlaps these lines.
 * An empty list expects that nothing is found.
 */
function retrievalScorer(metric: string, least: number, measure: (grades: Grades, k: number) => number) {
  return configurable<RetrievalOptions>(({ k = 5, passMark = least }) => {
    if (!Number.isInteger(k) || k < 1) {
      throw new TroupeError("suite_invalid", `"k" of ${metric} is ${k}.`, { hint: "Write a whole number, 1 or more." });
    }
    return {
      name: `${metric}@${k}`,
      kind: "rule",
      passMark,
      score(input: ScorerInput): Score {
        const documents = readExpected(input, "documents", Documents);
        if (!documents) return { score: null };
        demandDocuments(input.observation);
        const relevant = documents.filter(([, grade]) => grade > 0);
        const top = input.observation.documents.slice(0, k);
        const names = top.map(({ source, id }) => source ?? id).join(", ");
        if (relevant.length === 0) {
          return top.length === 0 ? { score: 1 } : { score: 0, comment: `expected nothing, found ${names}` };
        }
        const { ranked, missing } = rank(top, relevant);
        const ideal = relevant.map(([, grade]) => grade).toSorted((a, b) => b - a);
        const score = Math.min(1, measure({ ranked, ideal, found: relevant.length - missing.length }, k));
        if (missing.length === 0) return { score };
        return { score, comment: `missing ${missing.join(", ")}; found ${names || "nothing"}` };
      },
    };
  });
}

/**
 * Each expected document counts once, at its first rank: a further chunk of it takes no rank. A chunk that is several of them has the
 * highest of their grades.
 */
function rank(top: ObservedDocument[], relevant: [string, number][]) {
  const left = new Map(relevant);
  const ranked: number[] = [];
  for (const document of top) {
    const matches = relevant.filter(([name]) => isAt(document, name));
    const first = matches.filter(([name]) => left.delete(name)).map(([, grade]) => grade);
    if (first.length > 0 || matches.length === 0) ranked.push(Math.max(0, ...first));
  }
  return { ranked, missing: [...left.keys()] };
}
