import { z } from "zod";
import { readMessages, textOf } from "../suite/read-messages.ts";

/** What a turn of a conversation came to. */
export const TurnOutcome = z.object({
  /** The last message of the assistant. */
  text: z.string(),
  /** The workers that the graph's state tells of. */
  route: z.array(z.string()).optional(),
  /** The values of the interrupts that wait. */
  interrupts: z.array(z.unknown()),
});
export type TurnOutcome = z.output<typeof TurnOutcome>;

/** Reads what a turn came to from the values of a state and the interrupts that wait. */
export function toOutcome(values: unknown, interrupts: unknown[]): TurnOutcome {
  const { route } = (values ?? {}) as { route?: { workers?: string[] } | null };
  const answer = readMessages(values).findLast(({ type }) => type === "ai");
  return { text: answer ? textOf(answer.content) : "", ...(route?.workers && { route: route.workers }), interrupts };
}
