import { z } from "zod";

/** The workers of the orchestrator, by node name. */
export const WorkerName = z.enum(["researcher", "analyst"]);
export type WorkerName = z.output<typeof WorkerName>;

/** How a decision was made: by which step of the cascade, how sure it was (0 to 1), and why. */
export const Decision = z.object({
  step: z.enum(["rule", "similarity", "model"]),
  confidence: z.number().min(0).max(1),
  reason: z.string(),
});
export type Decision = z.output<typeof Decision>;

/** A number of a calculation: found by another task of this turn, or, without `task`, by the turn before. */
const OperandSource = z.object({ name: z.string(), task: z.string().optional() });

/** One piece of work for one worker. */
export const Task = z.object({
  id: z.string(),
  worker: WorkerName,
  question: z.string(),
  /** What the question leans on: the turn before, or the other parts of the same message. */
  context: z.string(),
  /** Ids of the tasks whose findings it needs first. */
  needs: z.array(z.string()),
  /** For the analyst: an expression with `{0}`, `{1}`, … for its operands; absent when a model has to find it. */
  calculation: z.object({ expression: z.string(), operands: z.array(OperandSource) }).optional(),
  decision: Decision,
});
export type Task = z.output<typeof Task>;
