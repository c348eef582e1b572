export { evaluateExpression, type Result } from "./arithmetic/evaluate-expression.ts";
export { findQuantities, type Quantity } from "./arithmetic/find-quantities.ts";
export { type Calculation, type Operand, readCalculation } from "./arithmetic/read-calculation.ts";
export { calculate } from "./calculate.ts";
export { searchDocuments } from "./search-documents.ts";
