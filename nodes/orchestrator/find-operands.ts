import type { CalculationResult } from "../../state/calculation-result.ts";
import type { Finding } from "../../state/finding.ts";
import type { Task } from "../../state/task.ts";
import { selectQuantity } from "./select-quantity.ts";

type Operand = CalculationResult["operands"][number];

/** Fills a task's operands in, from the findings that it needs or the turn before; one without a number has an empty `value`. */
export function findOperands({ calculation }: Task, needed: Finding[], earlier: string[]): Operand[] {
  return (calculation?.operands ?? []).map(({ name, task }) => {
    const finding = needed.find((candidate) => candidate.task === task);
    if (!finding) return { name, value: earlier[0] ?? "" };
    if (finding.calculation) return { name, value: finding.calculation.result };
    const quantity = selectQuantity(finding.question, finding.passages);
    return { name, value: quantity?.value ?? "", unit: quantity?.unit, passage: quantity?.passage.id };
  });
}
