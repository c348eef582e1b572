import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { RunControl } from "@langchain/langgraph";
import { isTroupeError, TroupeError } from "../../errors.ts";
import type { NewRun, Run, Storage } from "../../storage/storage.ts";
import type { Graphs } from "../load-graphs.ts";
import { executeRun } from "./execute-run.ts";

/** What starts and stops runs in this process. */
export interface Worker {
  /**
   * Commits a run; then it will be executed, whatever happens to this process. It comes back `pending`, as clients
   * know a new run, though it may have started with the same commit. `result` is what `/wait` sends once the
   * run has ended here, or `undefined` when the server closes first; it rejects with `thread_not_found` when the thread is
   * deleted before. Throws what `RunStorage.create` throws, or `server_closing`.
   */
  submit(run: NewRun): Promise<{ run: Run; result: Promise<string | undefined> }>;
  /** Stops a run, started or not, whose client wants it no more; it ends as `interrupted`. */
  cancel(run_id: string): void;
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
  /** Called when a run has ended, with its final status committed. Must not throw. */
  onEnd: (run: Run) => void;
  log: (message: string, error: unknown) => void;
}

/** How long a run that is aborted at the server's end has for giving itself back. */
const abortMs = 2_000;

interface Active {
  run: Run;
  stop: AbortController;
  control: RunControl;
  done: Promise<void>;
}

/** The workers of this process: two servers in one process are two. */
const alive = new Set<string>();

/**
 * Claims runs as they become claimable and executes them. Nothing polls: the storage signals, and a timer at a third
 * of the lease renews what runs and looks for runs whose own worker has died.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { storage, graphs, concurrency, leaseMs, log } = options;
  const worker_id = `${hostname()}/${process.pid}/${randomUUID()}`;
  const worker = { worker_id, lease_ms: leaseMs };
  const active = new Map<string, Active>();
  /** Claims under way, each of which may fill a place. */
  const claims = new Set<Promise<unknown>>();
  const cancelled = new Set<string>();
  const results = new Map<string, PromiseWithResolvers<string | undefined> & { thread_id: string }>();
  const closing = new AbortController();
  let claiming = false;
  let signalled = false;

  async function claimAll(): Promise<void> {
    signalled = true;
    if (claiming) return;
    claiming = true;
    try {
      while (signalled && isFree()) {
        signalled = false;
        if (await claim(storage.runs.claim(worker))) signalled = true;
      }
    } catch (error) {
      log("Runs cannot be claimed.", error);
    } finally {
      claiming = false;
    }
  }

  const isFree = () => active.size + claims.size < concurrency && !closing.signal.aborted;

  /** Starts a run that comes back claimed, or gives it back when the server has begun to close meanwhile. */
  function claim<Claimed extends Run | undefined>(claimed: Promise<Claimed>): Promise<Claimed> {
    const started = claimed
      .then(async (run) => {
        if (run?.status !== "running") return run;
        if (closing.signal.aborted) await storage.runs.release(run);
        else start(run);
        return run;
      })
      .finally(() => claims.delete(started));
    claims.add(started);
    return started;
  }

  function start(run: Run): void {
    const { run_id } = run;
    const stop = new AbortController();
    const control = new RunControl();
    if (cancelled.delete(run_id)) stop.abort("cancelled");
    const done = executeRun(run, { storage, graphs, stop, control, isWatched: () => options.isWatched(run_id), log })
      .then((result) => {
        if (result === undefined) return;
        results.get(run_id)?.resolve(result);
        results.delete(run_id);
        options.onEnd(run);
      })
      .catch((error: unknown) =>
        log(`The end of the run "${run_id}" is not stored; it starts again when its lease is over.`, error),
      )
      .finally(() => {
        active.delete(run_id);
        // A place is free for what was signalled while there was none.
        if (signalled) void claimAll();
      });
    active.set(run_id, { run, stop, control, done });
  }

  async function renewAll(): Promise<void> {
    const renewals = [...active.values()].map(async ({ run, stop }) => {
      try {
        await storage.runs.renew(run, leaseMs);
      } catch (error) {
        if (isTroupeError(error) && error.code === "claim_stale") stop.abort("stale");
        else log(`The lease of the run "${run.run_id}" is not renewed.`, error);
      }
    });
    await Promise.all(renewals);
    await claimAll();
  }

  alive.add(worker_id);
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
      const ended = Promise.withResolvers<string | undefined>();
      // A run that was only created has nobody who waits.
      ended.promise.catch(() => {});
      results.set(newRun.run_id, { ...ended, thread_id: newRun.thread_id });
      try {
        const run = await claim(storage.runs.create(newRun, isFree() ? worker : undefined));
        return { run: { ...run, status: "pending" }, result: ended.promise };
      } catch (error) {
        results.delete(newRun.run_id);
        throw error;
      }
    },

    cancel(run_id) {
      const running = active.get(run_id);
      if (running) running.stop.abort("cancelled");
      else if (results.has(run_id)) cancelled.add(run_id);
    },

    abandon(thread_id) {
      for (const { run, stop } of active.values()) if (run.thread_id === thread_id) stop.abort("stale");
      for (const [run_id, ended] of results) {
        if (ended.thread_id !== thread_id) continue;
        ended.reject(
          new TroupeError("thread_not_found", `The thread "${thread_id}" was deleted before its run had ended.`, {
            hint: "Wait for a thread's runs before you delete it.",
          }),
        );
        results.delete(run_id);
        cancelled.delete(run_id);
      }
    },

    async close(deadlineMs) {
      closing.abort();
      unsubscribe();
      clearInterval(timer);
      for (const { control } of active.values()) control.requestDrain("shutdown");
      const allDone = Promise.all([...active.values()].map(({ done }) => done));
      const isDrained = await within(deadlineMs, allDone);
      for (const { stop } of active.values()) stop.abort("shutdown");
      // A node that does not heed its signal keeps its run; the lease ends with this process.
      if (!isDrained) await within(abortMs, allDone);
      await Promise.allSettled(claims);
      for (const ended of results.values()) ended.resolve(undefined);
      alive.delete(worker_id);
    },
  };
}

/** Whether a promise settles within a time. */
async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const done = promise.then(() => true);
  const result = await Promise.race([done, setTimeout(ms, false, { signal: late.signal })]);
  late.abort();
  return result;
}

/** Whether a worker's process is known to be dead; one of another machine may live, so its lease has to run out. */
function isGone(worker_id: string): boolean {
  const [host, pid] = worker_id.split("/");
  if (host !== hostname() || alive.has(worker_id)) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
