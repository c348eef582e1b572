import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { RunControl } from "@langchain/langgraph";
import { isTroupeError, TroupeError } from "../../errors.ts";
import type { NewRun, Run, Storage } from "../../storage/storage.ts";
import type { Graphs } from "../load-graphs.ts";
import { executeRun } from "./execute-run.ts";

/** What starts and stops runs in this process. */
export interface Worker {
  /**
   * Commits a run; then it will be executed, whatever happens to this process. `result` is what `/wait` sends once the
   * run has ended here, or `undefined` when the server closes first. Throws what `RunStorage.create` throws, or `server_closing`.
   */
  submit(run: NewRun): Promise<{ run: Run; result: Promise<string | undefined> }>;
  /** Stops a run, started or not, whose client wants it no more; it ends as `interrupted`. */
  cancel(run_id: string): void;
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
  const active = new Map<string, Active>();
  const cancelled = new Set<string>();
  const results = new Map<string, PromiseWithResolvers<string | undefined>>();
  const closing = new AbortController();
  let claiming = false;
  let signalled = false;

  async function claimAll(): Promise<void> {
    signalled = true;
    if (claiming) return;
    claiming = true;
    try {
      while (signalled && !closing.signal.aborted) {
        signalled = false;
        while (active.size < concurrency && !closing.signal.aborted) {
          const run = await storage.runs.claim({ worker_id, lease_ms: leaseMs });
          if (!run) break;
          start(run);
        }
      }
    } catch (error) {
      log("Runs cannot be claimed.", error);
    } finally {
      claiming = false;
    }
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
        void claimAll();
      });
    active.set(run_id, { run, stop, control, done });
  }

  async function renewAll(): Promise<void> {
    for (const { run, stop } of active.values()) {
      try {
        await storage.runs.renew(run, leaseMs);
      } catch (error) {
        if (isTroupeError(error) && error.code === "claim_stale") stop.abort("stale");
        else log(`The lease of the run "${run.run_id}" is not renewed.`, error);
      }
    }
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
      results.set(newRun.run_id, ended);
      try {
        return { run: await storage.runs.create(newRun), result: ended.promise };
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

    async close(deadlineMs) {
      closing.abort();
      unsubscribe();
      clearInterval(timer);
      const all = Promise.all([...active.values()].map(({ done }) => done));
      for (const { control } of active.values()) control.requestDrain("shutdown");
      const deadline = setTimeout(() => {
        for (const { stop } of active.values()) stop.abort("shutdown");
      }, deadlineMs);
      await all;
      clearTimeout(deadline);
      for (const ended of results.values()) ended.resolve(undefined);
      alive.delete(worker_id);
    },
  };
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
