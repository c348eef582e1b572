import { setTimeout as delay } from "node:timers/promises";
import { RunControl } from "@langchain/langgraph";
import { isTroupeError, TroupeError } from "../../errors.ts";
import type { Cancelled, CancelQuery, ClaimedRun, NewRun, Run, Storage } from "../../storage/storage.ts";
import type { Graphs } from "../load-graphs.ts";
import { executeRun } from "./execute-run.ts";
import { trackResults } from "./track-results.ts";
import { isGone, takeWorkerId } from "./worker-identity.ts";

/** What starts and stops runs in this process. */
export interface Worker {
  /**
   * Commits a run; then it will be executed, whatever happens to this process. It comes back `pending`, as clients
   * know a new run, though it may have started with the same commit; `existing` says that it was there already, by its
   * `idempotency_key`. `result` is what `/wait` sends once the run has ended, wherever it was executed, or `undefined` when
   * the server closes first; it rejects with `thread_not_found` when the thread is deleted before. Throws what
   * `RunStorage.create` throws, or `server_closing`.
   */
  submit(run: NewRun): Promise<{ run: Run; existing: boolean; result: Promise<string | undefined> }>;
  /** What a run that was there before comes to, wherever it is executed; as `submit` says of its `result`. */
  join(run: Run): Promise<string | undefined>;
  /** Stops runs, started or not, as `RunStorage.requestCancel` says; those of this process at once. Throws what it throws. */
  cancel(query: CancelQuery): Promise<Cancelled>;
  /** To be called when a thread has been deleted: what executes on it stops, and whoever waits for its runs is told. */
  abandon(thread_id: string): void;
  /**
   * Starts nothing more, lets running steps finish, and after the deadline aborts them. Runs that have not ended go
   * back to the queue, where the next start finds them.
   */
  close(deadlineMs: number): Promise<void>;
}

export interface WorkerOptions {
  storage: Storage;
  graphs: Graphs;
  /** How many runs execute at a time. */
  concurrency: number;
  /** How long a run stays claimed without a sign of life. */
  leaseMs: number;
  isWatched: (run_id: string) => boolean;
  isTraced: boolean;
  /**
   * Called when a run has ended, with its final status committed; `isOwn` says that nobody of another process waits for
   * it. Must not throw.
   */
  onEnd: (run: Run, isOwn: boolean) => void;
  log: (message: string, error: unknown) => void;
}

/** The longest that a timer of Node can wait. */
const longestMs = 2 ** 31 - 1;

/** How long a run that is aborted at the server's end has for giving itself back. */
const abortMs = 2_000;

interface Active {
  run: ClaimedRun;
  stop: AbortController;
  control: RunControl;
  done: Promise<void>;
}

/**
 * Claims runs as they become claimable and executes them. Nothing polls: the storage signals, a timer waits for the next
 * run that is due later, and one at a third of the lease renews what runs and looks for runs whose own worker has died.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { storage, graphs, concurrency, leaseMs, isTraced, log } = options;
  const { worker_id, giveUp } = takeWorkerId();
  const worker = { worker_id, lease_ms: leaseMs };
  const active = new Map<string, Active>();
  /** Claims under way, each of which may fill a place. */
  const claims = new Set<Promise<unknown>>();
  const results = trackResults({ storage, graphs }, (run_id) => active.has(run_id));
  const closing = new AbortController();
  let claiming = false;
  let signalled = false;
  let isClosed = false;
  let nextDue: NodeJS.Timeout | undefined;

  async function claimAll(): Promise<void> {
    signalled = true;
    if (claiming) return;
    claiming = true;
    try {
      while (signalled && isFree()) {
        signalled = false;
        if (await claim(storage.runs.claim(worker))) signalled = true;
        else await awaitNextDue();
      }
    } catch (error) {
      log("Runs cannot be claimed.", error);
    } finally {
      claiming = false;
    }
  }

  async function awaitNextDue(): Promise<void> {
    const due = await storage.runs.nextDue();
    clearTimeout(nextDue);
    if (due === undefined || closing.signal.aborted) return;
    nextDue = setTimeout(() => void claimAll(), Math.min(Math.max(due - Date.now(), 1), longestMs)).unref();
  }

  const isFree = () => active.size + claims.size < concurrency && !closing.signal.aborted;

  /** Starts a run that comes back claimed, or gives it back when the server has begun to close meanwhile. */
  function claim<Claimed extends ClaimedRun | undefined>(claimed: Promise<Claimed>): Promise<Claimed> {
    const started = claimed
      .then(async (run) => {
        if (run?.status !== "running" || active.has(run.run_id)) return run;
        if (closing.signal.aborted) await storage.runs.release(run);
        else start(run);
        return run;
      })
      .finally(() => claims.delete(started));
    claims.add(started);
    return started;
  }

  function start(run: ClaimedRun): void {
    const { run_id } = run;
    const stop = new AbortController();
    const control = new RunControl();
    if (run.cancel) stop.abort("cancelled");
    const isWatched = () => options.isWatched(run_id);
    const done = executeRun(run, { storage, graphs, stop, control, isWatched, isTraced, log })
      .then((result) => {
        if (result === undefined) return;
        options.onEnd(run, results.settle(run_id, result));
      })
      .catch((error: unknown) => {
        // A node that did not heed the server's end returns to a storage that is closed.
        if (isClosed) return;
        log(`The end of the run "${run_id}" is not stored; it starts again when its lease is over.`, error);
      })
      .finally(() => {
        active.delete(run_id);
        if (!closing.signal.aborted) results.released(run_id);
        // A place is free for what was signalled while there was none.
        if (signalled) void claimAll();
      });
    active.set(run_id, { run, stop, control, done });
  }

  /** Stops what was asked to stop; a claim that is being committed has to become a run first. */
  async function stopCancelled({ ended, running }: Cancelled): Promise<void> {
    for (const run of ended) options.onEnd(run, true);
    await Promise.allSettled(claims);
    for (const run_id of running) active.get(run_id)?.stop.abort("cancelled");
  }

  async function renewAll(): Promise<void> {
    const renewals = [...active.values()].map(async ({ run, stop }) => {
      try {
        if (await storage.runs.renew(run, leaseMs)) stop.abort("cancelled");
      } catch (error) {
        if (isTroupeError(error) && error.code === "claim_stale") stop.abort("stale");
        else log(`The lease of the run "${run.run_id}" is not renewed.`, error);
      }
    });
    await Promise.all(renewals);
    // Another server on the same data may have died.
    await storage.runs.expireLeases(isGone).catch((error: unknown) => log("Lost runs are not looked for.", error));
    await claimAll();
  }

  await storage.runs.expireLeases(isGone);
  const unsubscribe = storage.runs.onClaimable(() => void claimAll());
  const timer = setInterval(() => void renewAll(), leaseMs / 3).unref();
  void claimAll();

  return {
    async submit(newRun) {
      if (closing.signal.aborted) {
        throw new TroupeError("server_closing", "The server is closing and takes no more runs.", {
          hint: "Send the request again when it has started anew.",
        });
      }
      const result = results.of(newRun);
      try {
        const created = storage.runs.create(newRun, isFree() ? worker : undefined);
        await claim(created.then(({ run, existing }) => (existing ? undefined : run)));
        const { run, existing, cancelled } = await created;
        await stopCancelled(cancelled);
        const { cancel: _, crashes: __, ...known } = run;
        if (!existing) return { run: { ...known, status: "pending" }, existing, result };
        results.forget(newRun.run_id);
        return { run: known, existing, result: results.join(known) };
      } catch (error) {
        results.forget(newRun.run_id);
        throw error;
      }
    },

    join: (run) => results.join(run),

    async cancel(query) {
      const cancelled = await storage.runs.requestCancel(query);
      await stopCancelled(cancelled);
      return cancelled;
    },

    abandon(thread_id) {
      for (const { run, stop } of active.values()) if (run.thread_id === thread_id) stop.abort("stale");
      results.abandon(thread_id);
    },

    async close(deadlineMs) {
      closing.abort();
      unsubscribe();
      clearInterval(timer);
      clearTimeout(nextDue);
      for (const { control } of active.values()) control.requestDrain("shutdown");
      const allDone = Promise.all([...active.values()].map(({ done }) => done));
      const isDrained = await within(deadlineMs, allDone);
      for (const { stop } of active.values()) stop.abort("shutdown");
      // A node that does not heed its signal keeps its run; the lease ends with this process.
      if (!isDrained) await within(abortMs, allDone);
      await Promise.allSettled(claims);
      results.close();
      giveUp();
      isClosed = true;
    },
  };
}

/** Whether a promise settles within a time. */
async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const done = promise.then(() => true);
  const result = await Promise.race([done, delay(ms, false, { signal: late.signal })]);
  late.abort();
  return result;
}
