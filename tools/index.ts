/** The entry point `troupe/tools`: what a model may call, and the arithmetic behind the calculator. */
export type { Calculation, Operand } from "./arithmetic/calculation.ts";
export { evaluateExpression, type Result } from "./arithmetic/evaluate-expression.ts";
export { findQuantities, type Quantity } from "./arithmetic/find-quantities.ts";
export { readCalculation } from "./arithmetic/read-calculation.ts";
export { readNumberWords } from "./arithmetic/read-number-words.ts";
export { readTotal } from "./arithmetic/read-total.ts";
export { calculate } from "./calculate.ts";
export { searchDocuments } from "./search-documents.ts";
