import type { RunnableConfig } from "@langchain/core/runnables";
import { TroupeError } from "../../errors.ts";
import type { EvalCase, Turn } from "./eval-case.ts";
import { readMessages } from "./read-messages.ts";
import type { SimulatedUser } from "./simulate-user.ts";
import type { Attempt } from "./subjects/subject.ts";

/** What a conversation came to, also one that fails: it is written as it goes. */
export interface Conversation {
  /** The values of all interrupts, in order. */
  interrupts: unknown[];
  /** The state before the last turn, where there was another one. */
  before?: unknown;
  /** Milliseconds that the subject took. */
  latency_ms: number;
}

/**
 * Plays a case: its input, or its turns in order, then what the simulated user says until that is done, an interrupt
 * waits or the turns are used up. Throws what the subject throws, and `case_invalid` where a turn does not fit.
 */
export async function converse(
  { input, turns = [{ input }] }: Pick<EvalCase, "input" | "turns">,
  attempt: Attempt,
  {
    user,
    maxTurns,
    config,
    seen,
  }: { user?: SimulatedUser; maxTurns: number; config: RunnableConfig; seen: Conversation },
): Promise<void> {
  let waiting: unknown[] = [];
  const take = async (turn: Turn, number: number) => {
    checkTurn(turn, number, waiting);
    if (number > 1) seen.before = await attempt.read();
    const started = performance.now();
    try {
      waiting = await attempt.take(typeof turn === "string" ? { input: turn } : turn, config);
    } finally {
      seen.latency_ms += performance.now() - started;
    }
    seen.interrupts.push(...waiting);
  };
  for (const [index, turn] of turns.entries()) await take(turn, index + 1);
  if (!user) return;
  for (let spoken = 0; waiting.length === 0 && turns.length + spoken < maxTurns; spoken += 1) {
    config.signal?.throwIfAborted();
    const text = await user(readMessages(await attempt.read()), spoken);
    if (text === undefined) return;
    await take(text, turns.length + spoken + 1);
  }
}

function checkTurn(turn: Turn, number: number, waiting: unknown[]): void {
  const resumes = typeof turn === "object" && "resume" in turn;
  if (resumes === waiting.length > 0) return;
  const message = resumes
    ? `Turn ${number} answers an interrupt, but none waits.`
    : `Turn ${number} is an input, but an interrupt waits for an answer: ${JSON.stringify(waiting[0])}.`;
  const hint = resumes
    ? "Take the turn out, or see why the graph did not ask."
    : 'Answer it first, with a turn { "resume": … }.';
  throw new TroupeError("case_invalid", message, { hint });
}
