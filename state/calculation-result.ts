import { z } from "zod";

/** A number that a calculation used: what it is called, its unit as written, and the passage that it stands in. */
const Operand = z.object({
  name: z.string(),
  value: z.string(),
  unit: z.string().optional(),
  passage: z.string().optional(),
});

/** An exact calculation with its numbers filled in (`35% of 140`, `49`), and where those numbers came from. */
export const CalculationResult = z.object({
  expression: z.string(),
  result: z.string(),
  /** False where the result does not end and was rounded. */
  exact: z.boolean(),
  operands: z.array(Operand),
});
export type CalculationResult = z.output<typeof CalculationResult>;
