import { terms } from "../../retrieval/index.ts";
import type { Passage } from "../../state/finding.ts";
import { findQuantities, type Quantity } from "../../tools/index.ts";
import { splitStatements } from "./split-statements.ts";

/** A number chosen from the passages, and the passage that it stands in. */
export interface SelectedQuantity {
  value: string;
  passage: Passage;
}

const money =
  /\b(?:price|cost|fee|charge|salary|budget|deposit|revenue|payment|tax|rent|fine|penalty|expense|paid|pay)\w*\b/i;
const share = /\b(?:percent(?:age)?|rate|share|discount|margin|proportion)\b/i;
const duration = /\b(?:how long|duration|period|time|takes?|wait|delay|deadline|notice|term)\b/i;
const durationUnit =
  /^(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?)$/i;

/**
 * Chooses the number that a question asks for: the one whose unit the question names ("how many minutes"), or whose
 * kind it implies (a price is money), in the statement that shares most words with it, nearest to those words.
 */
export function selectQuantity(question: string, passages: Passage[]): SelectedQuantity | undefined {
  const wanted = new Set(terms(question));
  let best: (SelectedQuantity & { score: number }) | undefined;
  for (const [rank, passage] of passages.entries()) {
    const headings = terms(passage.heading_path.join(" ")).filter((term) => wanted.has(term)).length;
    for (const statement of splitStatements(passage.text)) {
      const shared = new Set(terms(statement).filter((term) => wanted.has(term))).size;
      for (const quantity of findQuantities(statement)) {
        const score =
          shared +
          fit(quantity, question, wanted) +
          nearness(quantity, statement, wanted) +
          0.3 * Math.min(headings, 2) -
          0.15 * rank;
        if (shared + headings > 0 && (!best || score > best.score)) best = { value: quantity.value, passage, score };
      }
    }
  }
  return best && { value: best.value, passage: best.passage };
}

function fit({ unit }: Quantity, question: string, wanted: Set<string>): number {
  if (unit && terms(unit).some((term) => wanted.has(term))) return 2;
  if (/^[$€£¥]$|^(?:USD|EUR|GBP)$/i.test(unit)) return money.test(question) ? 1.5 : 0;
  if (unit === "%") return share.test(question) ? 1.5 : -0.5;
  return durationUnit.test(unit) && duration.test(question) ? 1.5 : 0;
}

/** From 0 to 1: how close the nearest word of the question stands to the number, 1 being next to it. */
function nearness({ at }: Quantity, statement: string, wanted: Set<string>): number {
  const distances = [...statement.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => terms(word).some((term) => wanted.has(term)))
    .map(({ index, 0: word }) => Math.min(Math.abs(at - index), Math.abs(at - index - word.length)));
  return distances.length === 0 ? 0 : 1 / (1 + Math.min(...distances) / 20);
}
