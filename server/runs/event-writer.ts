import type { Claim, EventStorage, NewEvent } from "../../storage/storage.ts";

/** Collects a run's events and has them committed in order. */
export interface EventWriter {
  push(event: NewEvent): void;
  /** Hands over what waits, to whom commits it behind all that was handed over before. */
  take(): NewEvent[];
  /** Waits for what is being committed and hands back what is not, for the commit that ends the run. */
  rest(): Promise<NewEvent[]>;
}

/** How long events that nobody is waiting for may stay uncommitted: a short run then has one commit for all of them. */
const unwatchedDelayMs = 10;

/**
 * Commits what came in within one turn of the event loop as one batch, unless the run's saver takes it along first; the
 * next batch waits for the one before. `onFailure` is called once, at the first commit that fails; after it nothing more
 * is written.
 */
export function createEventWriter(
  events: EventStorage,
  claim: Claim,
  { isWatched, onFailure }: { isWatched: () => boolean; onFailure: (error: unknown) => void },
): EventWriter {
  let waiting: NewEvent[] = [];
  let committing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let failed = false;

  function schedule(): void {
    if (cancel || committing || failed) return;
    if (isWatched()) {
      const turn = setImmediate(flush);
      cancel = () => clearImmediate(turn);
    } else {
      const delay = setTimeout(flush, unwatchedDelayMs);
      cancel = () => clearTimeout(delay);
    }
  }

  function take(): NewEvent[] {
    const taken = waiting;
    waiting = [];
    return taken;
  }

  function flush(): void {
    cancel = undefined;
    if (waiting.length === 0) return;
    committing = events
      .append(claim, take())
      .catch((error: unknown) => {
        failed = true;
        onFailure(error);
      })
      .then(() => {
        committing = undefined;
        if (waiting.length > 0) schedule();
      });
  }

  return {
    push(event) {
      waiting.push(event);
      schedule();
    },
    take,
    async rest() {
      cancel?.();
      // Set before the wait, so that the batch being committed schedules none behind it.
      cancel = () => {};
      await committing;
      return take();
    },
  };
}
