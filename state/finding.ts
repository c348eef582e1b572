import { z } from "zod";
import { WorkerName } from "./task.ts";

/** A retrieved passage and where it stands: `lines` are those of its file, of its page in a PDF. */
export const Passage = z.object({
  id: z.string(),
  text: z.string(),
  source: z.string(),
  heading_path: z.array(z.string()),
  line_start: z.number().int(),
  line_end: z.number().int(),
  page: z.number().int().optional(),
  relevance: z.number(),
  found_by: z.array(z.enum(["bm25", "vector"])),
});
export type Passage = z.output<typeof Passage>;

/** An exact calculation with its numbers filled in (`35% of 140`, `49`), and where those numbers came from. */
export const CalculationResult = z.object({
  expression: z.string(),
  result: z.string(),
  /** False where the result does not end and was rounded. */
  exact: z.boolean(),
  operands: z.array(z.object({ name: z.string(), value: z.string(), passage: z.string().optional() })),
});
export type CalculationResult = z.output<typeof CalculationResult>;

/** What a worker brings back from a task; `problem` says why it could not. */
export const Finding = z.object({
  task: z.string(),
  worker: WorkerName,
  question: z.string(),
  passages: z.array(Passage),
  calculation: CalculationResult.optional(),
  problem: z.string().optional(),
});
export type Finding = z.output<typeof Finding>;
