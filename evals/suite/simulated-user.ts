import type { SpanMessage } from "../../storage/storage.ts";

/** Plays the user: given the conversation so far, says the next thing, or undefined when it is done. */
export type SimulatedUser = (
  conversation: SpanMessage[],
  turn: number,
) => Promise<string | undefined> | string | undefined;
