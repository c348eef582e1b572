import type { RunnableConfig } from "@langchain/core/runnables";
import type { Span } from "../../../storage/storage.ts";
import type { EvalCase } from "../eval-case.ts";

/** What is tested, opened once for all trials of a suite. */
export interface Subject {
  /** For people: `graph orchestrator`. */
  description: string;
  /** Whether it has threads: turns, interrupts and messages. Others take one input. */
  threads: boolean;
  /** Whether two tries are equal when no call that their spans show left this process. */
  local: boolean;
  /** Begins a trial of a case, whose `configurable` has the id of a thread of its own. */
  begin(configurable: Record<string, unknown>, one?: EvalCase): Promise<Attempt> | Attempt;
}

/** A subject in one trial. */
export interface Attempt {
  /** Takes one turn, and answers the values of the interrupts that now wait. Throws what the subject throws. */
  take(turn: { input: unknown } | { resume: unknown }, config: RunnableConfig): Promise<unknown[]>;
  /** The values of the thread's state, or what the function returned; after a failure, what there is. */
  read(): Promise<unknown>;
  /** What was seen from afar, where callbacks see nothing; `untraced` where the server keeps no calls. */
  readTrace?: () => Promise<{ spans: Span[]; untraced: boolean }>;
}
