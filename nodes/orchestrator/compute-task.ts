import type { CalculationResult, Finding } from "../../state/finding.ts";
import type { Task } from "../../state/task.ts";
import { evaluateExpression } from "../../tools/index.ts";
import { selectQuantity } from "./select-quantity.ts";

type Operand = CalculationResult["operands"][number];

/** Fills a task's operands in, from the findings that it needs or the turn before; one without a number has an empty `value`. */
export function findOperands({ calculation }: Task, needed: Finding[], earlier: string[]): Operand[] {
  return (calculation?.operands ?? []).map(({ name, task }) => {
    const finding = needed.find((candidate) => candidate.task === task);
    if (!finding) return { name, value: earlier[0] ?? "" };
    if (finding.calculation) return { name, value: finding.calculation.result.replace(/^about /, "") };
    const quantity = selectQuantity(finding.question, finding.passages);
    return { name, value: quantity?.value ?? "", passage: quantity?.passage.id };
  });
}

/** Computes an expression with its operands in place of `{0}`, `{1}`, …. Throws `expression_invalid`. */
export function compute(template: string, operands: Operand[]): CalculationResult {
  const expression = template.replace(/\{(\d+)\}/g, (_, index: string) => operands[Number(index)]?.value ?? "");
  const { text, exact } = evaluateExpression(expression);
  // Parentheses around a lone number say nothing to a reader.
  const readable = expression.replace(/(?<![a-z])\((-?[\d.,]+%?)\)/g, "$1");
  return { expression: readable, result: exact ? text : `about ${text}`, operands };
}
