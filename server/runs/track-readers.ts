import type { Run } from "../../storage/storage.ts";
import type { RunKwargs } from "./admit-run.ts";

/** Who reads which run's events in this process, and what becomes of a temporary thread once nobody does. */
export interface Readers {
  /** Counts a reader until the answer is called, with whether it has read the run to its end. */
  attach(run_id: string): (complete: boolean) => void;
  isWatched(run_id: string): boolean;
  /** To be called when a run has ended; one that is not `isOwn` may be read in another process. */
  ended(run: Run, isOwn: boolean): void;
  /** Discards at once what still waits for a reader to come back. */
  close(): Promise<void>;
}

/** How long a reader that was cut off may take to come back for the rest of a stateless run's events. */
const graceMs = 30_000;

/**
 * Keeps the thread of a stateless run until the run has ended and its readers have read it, then has it discarded.
 * `discard` must not reject.
 */
export function trackReaders(discard: (thread_id: string) => Promise<void>): Readers {
  const counts = new Map<string, number>();
  const cutOff = new Set<string>();
  const waiting = new Map<string, { thread_id: string; timer?: NodeJS.Timeout }>();

  function discardWhenLeft(run_id: string): void {
    const ended = waiting.get(run_id);
    if (!ended || counts.has(run_id)) return;
    const now = () => {
      waiting.delete(run_id);
      return discard(ended.thread_id);
    };
    if (!cutOff.delete(run_id)) return void now();
    ended.timer = setTimeout(() => void now(), graceMs).unref();
  }

  return {
    attach(run_id) {
      counts.set(run_id, (counts.get(run_id) ?? 0) + 1);
      clearTimeout(waiting.get(run_id)?.timer);
      return (complete) => {
        const left = (counts.get(run_id) ?? 1) - 1;
        if (left > 0) counts.set(run_id, left);
        else counts.delete(run_id);
        if (!complete) {
          cutOff.add(run_id);
          setTimeout(() => cutOff.delete(run_id), graceMs).unref();
        }
        discardWhenLeft(run_id);
      };
    },
    isWatched: (run_id) => counts.has(run_id),
    ended(run, isOwn) {
      if ((run.kwargs as RunKwargs).temporary) {
        waiting.set(run.run_id, { thread_id: run.thread_id });
        // Whoever read it when its process died has still to find the new one, and another process to see its end.
        if (run.attempt > 1 || !isOwn) cutOff.add(run.run_id);
        discardWhenLeft(run.run_id);
      } else {
        cutOff.delete(run.run_id);
      }
    },
    async close() {
      for (const { timer } of waiting.values()) clearTimeout(timer);
      await Promise.all([...waiting.values()].map(({ thread_id }) => discard(thread_id)));
      waiting.clear();
    },
  };
}
