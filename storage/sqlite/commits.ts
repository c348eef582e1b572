import type { Database } from "./connection.ts";

/**
 * Runs a change in a transaction. The promise resolves once it is committed, and rejects with nothing of it written.
 * The change must be synchronous; changes are made in the order in which they were asked for.
 */
export type Commit = <Result>(change: () => Result) => Promise<Result>;

interface Pending {
  change: () => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Commits together what was asked for within one turn of the event loop: a commit costs 30 to 40 us whatever is in it.
 * Sixteen clients with a three-node graph pay 0.3 to 0.7 ms of CPU a run above MemorySaver, with a commit for each
 * change 1.0 to 1.6 ms; a single client pays the same either way. Waiting for microtasks only groups less.
 */
export function createCommit(database: Database): { commit: Commit; flush: () => void } {
  let queue: Pending[] = [];

  function flush(): void {
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    try {
      const settle = database.transaction(() => batch.map((pending) => run(database, pending, batch.length === 1)));
      for (const done of settle) done();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    commit: (change) =>
      new Promise((resolve, reject) => {
        queue.push({ change, resolve: resolve as Pending["resolve"], reject });
        if (queue.length === 1) setImmediate(flush);
      }),
    flush,
  };
}

/** Makes one change, and answers what to do once all are committed. One that throws takes back only itself. */
function run(database: Database, { change, resolve, reject }: Pending, alone: boolean): () => void {
  if (alone) {
    const result = change();
    return () => resolve(result);
  }
  database.prepare("SAVEPOINT change").run();
  try {
    const result = change();
    database.prepare("RELEASE change").run();
    return () => resolve(result);
  } catch (error) {
    try {
      database.prepare("ROLLBACK TO change").run();
      database.prepare("RELEASE change").run();
    } catch {
      // A full or broken disk has undone the whole transaction by itself.
      throw error;
    }
    return () => reject(error);
  }
}
