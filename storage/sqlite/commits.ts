import type { Database } from "./connection.ts";

/** Runs `work` in a transaction; the promise settles when it is committed, or rejects with nothing written. `work` must be synchronous. */
export type Commit = <Result>(work: () => Result) => Promise<Result>;

const MODE = process.env["COMMIT_MODE"] ?? "immediate";

export function createCommit(database: Database): Commit {
  if (MODE === "direct") {
    return async (work) => database.transaction(work);
  }
  let queue: { work: () => unknown; resolve: (value: any) => void; reject: (error: unknown) => void }[] = [];
  function flush() {
    const batch = queue;
    queue = [];
    const settle: (() => void)[] = [];
    try {
      database.transaction(() => {
        for (const { work, resolve, reject } of batch) {
          if (batch.length === 1) {
            const result = work();
            settle.push(() => resolve(result));
            continue;
          }
          database.prepare("SAVEPOINT change").run();
          try {
            const result = work();
            settle.push(() => resolve(result));
          } catch (error) {
            database.prepare("ROLLBACK TO change").run();
            settle.push(() => reject(error));
          }
          database.prepare("RELEASE change").run();
        }
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const done of settle) done();
  }
  return (work) =>
    new Promise((resolve, reject) => {
      queue.push({ work, resolve, reject });
      if (queue.length === 1) {
        if (MODE === "micro") queueMicrotask(flush);
        else if (MODE === "tick") process.nextTick(flush);
        else setImmediate(flush);
      }
    });
}
