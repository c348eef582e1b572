import { z } from "zod";
import { CalculationResult } from "./calculation-result.ts";
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
