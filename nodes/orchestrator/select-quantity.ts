import { readStems, splitUnits } from "../../models/index.ts";
import type { Passage } from "../../state/finding.ts";
import { findQuantities } from "../../tools/index.ts";
import { closeness, countShared } from "./closeness.ts";
import { fitQuantity } from "./fit-quantity.ts";

/** A number chosen from the passages, and the passage that it stands in. */
export interface SelectedQuantity {
  value: string;
  /** As written: "minutes", "$", or empty. */
  unit: string;
  passage: Passage;
}

/**
 * Chooses the number that a question asks for: the one whose unit the question names ("how many minutes"), or whose
 * kind it implies (a price is money), in the statement that shares most words with it, nearest to those words. The weights were
 * set by hand on the questions of `npm run bench -- answers`.
 */
export function selectQuantity(question: string, passages: Passage[]): SelectedQuantity | undefined {
  const wanted = new Set(readStems(question));
  let best: (SelectedQuantity & { score: number }) | undefined;
  for (const passage of passages) {
    for (const { text, context } of statementsOf(passage)) {
      const shared = countShared(text, wanted);
      const near = countShared(`${passage.heading_path.join(" ")} ${context}`, wanted);
      const quantities = findQuantities(text);
      for (const quantity of quantities) {
        const kind = fitQuantity(quantity, text, question, wanted);
        const score =
          shared +
          0.3 * Math.min(near, 2) +
          kind +
          closeness(quantity, text, wanted, quantities) +
          3 * passage.relevance;
        if (shared + near > 0 && (!best || score > best.score))
          best = { value: quantity.value, unit: quantity.unit, passage, score };
      }
    }
  }
  return best && { value: best.value, unit: best.unit, passage: best.passage };
}

/** The sentences, items and table cells of a passage, each cell behind the name of its row. */
function statementsOf({ text }: Passage): { text: string; context: string }[] {
  return splitUnits(text).flatMap((unit) => {
    if (unit.kind === "group") return [];
    const [row = "", ...cells] = unit.kind === "row" ? unit.text.split("; ") : [];
    return cells.length > 0 ? cells.map((cell) => ({ ...unit, text: `${row}; ${cell}` })) : [unit];
  });
}
