import { z } from "zod";
import { readAnswer } from "../suite/read-answer.ts";

/** What a turn of a conversation came to. */
export const TurnOutcome = z.object({
  /** What the assistant answered last; empty where it answered nothing. */
  text: z.string(),
  /** The workers that the graph's state tells of. */
  route: z.array(z.string()).optional(),
  /** The values of the interrupts that wait. */
  interrupts: z.array(z.unknown()),
});
export type TurnOutcome = z.output<typeof TurnOutcome>;

/** Reads what a turn came to from the values of a state, those before it, and the interrupts that wait. */
export function toOutcome(values: unknown, before: unknown, interrupts: unknown[]): TurnOutcome {
  const { route } = (values ?? {}) as { route?: { workers?: string[] } | null };
  return { text: readAnswer(values, before), ...(route?.workers && { route: route.workers }), interrupts };
}
