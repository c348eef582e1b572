import type { Claim } from "./claim.ts";
import type { Unsubscribe } from "./page.ts";

/** How many characters of events are listed at a time, the last event whole: what one reader holds in memory. */
export const mostCharacters = 1_000_000;

/** One frame of a run's stream, before it has its number. `data` is what stands behind `data:`, already JSON. */
export interface NewEvent {
  event: string;
  data: string;
}

export interface RunEvent extends NewEvent {
  run_id: string;
  /** 0, 1, … without gaps within a run, over all its attempts: the SSE id. */
  seq: number;
}

export interface EventStorage {
  /** Commits events in order behind the run's last one, then wakes its listeners. Throws `claim_stale`. */
  append(claim: Claim, events: NewEvent[]): Promise<void>;
  /** Events behind `after` (-1 for all), ascending, at most `limit`, and none behind the first `mostCharacters`. */
  list(run_id: string, options: { after: number; limit: number }): Promise<RunEvent[]>;
  /** The last event of each name. */
  lastOfEach(run_id: string): Promise<RunEvent[]>;
  /**
   * Calls back after each commit of events of this run, or of a run of this thread, and once it has ended; never with the
   * events, so a slow reader costs nothing. The listener must not throw.
   */
  subscribe(id: string, listener: () => void): Unsubscribe;
}
