import type { CalculationResult } from "../../state/calculation-result.ts";
import { evaluateExpression } from "../../tools/index.ts";

/** Computes an expression with its operands in place of `{0}`, `{1}`, …. Throws `expression_invalid`. */
export function compute(template: string, operands: CalculationResult["operands"]): CalculationResult {
  const expression = template.replace(/\{(\d+)\}/g, (_, index: string) => operands[Number(index)]?.value ?? "");
  const { text, exact } = evaluateExpression(expression);
  // Parentheses around a lone number say nothing to a reader.
  const readable = expression.replace(/(?<![a-z])\((-?[\d.,]+%?)\)/g, "$1");
  return { expression: readable, result: text, exact, operands };
}
