import { TroupeError } from "../../errors.ts";
import type { Run, Storage } from "../../storage/storage.ts";
import type { Graphs } from "../load-graphs.ts";
import { unless } from "../unless.ts";
import { isActive, readRunResult } from "./read-run-result.ts";

/** What the runs come to that were created, or are waited for, in this process. */
export interface Results {
  /** Resolves as `Worker.submit` says of its `result`. */
  of(run: Pick<Run, "run_id" | "thread_id">): Promise<string | undefined>;
  /** The same of a run that was there before, and may have ended. */
  join(run: Run): Promise<string | undefined>;
  /** The run has ended here, with that. Answers whether it was created, or is waited for, in this process. */
  settle(run_id: string, result: string): boolean;
  /** The run is executed here no longer, and has not ended here: another process has it, or its thread is gone. */
  released(run_id: string): void;
  /** The run was not created after all. */
  forget(run_id: string): void;
  /** The thread was deleted. */
  abandon(thread_id: string): void;
  /** The server closes. */
  close(): void;
}

type Result = PromiseWithResolvers<string | undefined> & { thread_id: string; unsubscribe: () => void };

/** Keeps the results of runs; of one that `isHere`, which this process executes, it waits to be told. */
export function trackResults(
  context: { storage: Storage; graphs: Graphs },
  isHere: (run_id: string) => boolean,
): Results {
  const { events, runs, threads } = context.storage;
  const results = new Map<string, Result>();

  function take(run_id: string): Result | undefined {
    const result = results.get(run_id);
    result?.unsubscribe();
    results.delete(run_id);
    return result;
  }

  /** Another process may have executed the run, or it was cancelled before it began. */
  async function look(run_id: string): Promise<void> {
    const waiting = results.get(run_id);
    if (!waiting || isHere(run_id)) return;
    const run = await unless("run_not_found", runs.get(run_id));
    if ((run && isActive(run)) || isHere(run_id)) return;
    // Throws `thread_not_found` for one that went with its thread.
    if (!run) await threads.get(waiting.thread_id);
    take(run_id)?.resolve(run ? readRunResult(run, context) : "null");
  }

  const lookSafely = (run_id: string) => void look(run_id).catch((error: unknown) => take(run_id)?.reject(error));

  function of({ run_id, thread_id }: Pick<Run, "run_id" | "thread_id">): Promise<string | undefined> {
    const known = results.get(run_id);
    if (known) return known.promise;
    const ended = Promise.withResolvers<string | undefined>();
    // A run that was only created has nobody who waits.
    ended.promise.catch(() => {});
    const unsubscribe = events.subscribe(run_id, () => lookSafely(run_id));
    results.set(run_id, { ...ended, thread_id, unsubscribe });
    return ended.promise;
  }

  return {
    of,
    join(run) {
      const result = of(run);
      lookSafely(run.run_id);
      return result;
    },
    settle(run_id, result) {
      const known = take(run_id);
      known?.resolve(result);
      return known !== undefined;
    },
    released: lookSafely,
    forget: (run_id) => void take(run_id),
    abandon(thread_id) {
      for (const [run_id, ended] of results) {
        if (ended.thread_id !== thread_id) continue;
        take(run_id);
        ended.reject(
          new TroupeError("thread_not_found", `The thread "${thread_id}" was deleted before its run had ended.`, {
            hint: "Wait for a thread's runs before you delete it.",
          }),
        );
      }
    },
    close() {
      for (const run_id of results.keys()) take(run_id)?.resolve(undefined);
    },
  };
}
