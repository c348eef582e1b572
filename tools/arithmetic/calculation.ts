/** An arithmetic task read from a sentence. `{0}`, `{1}`, … in its expression stand for its operands, numbers that are not in the sentence. */
export interface Calculation {
  expression: string;
  operands: Operand[];
}

/** A number to be found first: what an earlier answer gave ("that"), or what a phrase names ("the annual fee"). */
export type Operand = { kind: "earlier" } | { kind: "lookup"; phrase: string };
