import type { ThreadStatus } from "@langchain/langgraph-sdk";
import { TroupeError } from "../../errors.ts";
import type { ThreadRow, ThreadStorage } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { eraseCheckpoints, eraseRuns } from "./erase.ts";
import type { Signals } from "./signals.ts";

interface StoredThread extends Omit<ThreadRow, "metadata" | "error"> {
  metadata: string;
  error: string | null;
}

/** Threads in SQLite. */
export function createSqliteThreads(database: Database, commit: Commit, signals: Signals): ThreadStorage {
  /** Commits the deletion of some threads and wakes the readers of their runs. */
  async function erase(work: () => string[]): Promise<void> {
    const run_ids = await commit(() =>
      work().flatMap((thread_id) => {
        eraseCheckpoints(database, thread_id);
        return eraseRuns(database, thread_id);
      }),
    );
    for (const run_id of run_ids) signals.emit(run_id);
  }

  return {
    create({ thread_id, metadata }, { if_exists }) {
      return commit(() => {
        const known = findThread(database, thread_id);
        if (!known) return insertThread(database, { thread_id, metadata, status: "idle", temporary: false });
        if (if_exists === "do_nothing") return known;
        throw new TroupeError("thread_exists", `The thread "${thread_id}" exists already.`, {
          hint: 'Choose another thread_id, or send if_exists: "do_nothing" to get the one that is there.',
        });
      });
    },

    async get(thread_id) {
      const thread = findThread(database, thread_id);
      if (thread) return thread;
      throw threadNotFound(thread_id);
    },

    update(thread_id, change) {
      return commit(() => {
        const thread = findThread(database, thread_id);
        if (!thread) throw threadNotFound(thread_id);
        const updated_at = new Date().toISOString();
        const metadata = { ...thread.metadata, ...change.metadata };
        database
          .prepare("UPDATE threads SET metadata = ?, updated_at = ? WHERE thread_id = ?")
          .run(JSON.stringify(metadata), updated_at, thread_id);
        return { ...thread, metadata, updated_at };
      });
    },

    async delete(thread_id) {
      let temporary = false;
      await erase(() => {
        const row = database
          .prepare<{ temporary: number }>("DELETE FROM threads WHERE thread_id = ? RETURNING temporary")
          .get(thread_id);
        if (!row) throw threadNotFound(thread_id);
        temporary = row.temporary === 1;
        return [thread_id];
      });
      // It goes after every stateless run, and nobody asked to have it erased: its bytes leave the log with later commits.
      if (!temporary) database.truncateLog();
    },

    async deleteTemporary() {
      let deleted: string[] = [];
      await erase(() => {
        const rows = database
          .prepare<{ thread_id: string }>(
            "DELETE FROM threads WHERE temporary AND status != 'busy' RETURNING thread_id",
          )
          .all();
        return (deleted = rows.map(({ thread_id }) => thread_id));
      });
      if (deleted.length > 0) database.truncateLog();
      return deleted.length;
    },
  };
}

/** Reads a thread's row; `undefined` when there is none. */
export function findThread(database: Database, thread_id: string): ThreadRow | undefined {
  const row = database
    .prepare<StoredThread>(
      "SELECT thread_id, created_at, updated_at, metadata, status, error FROM threads WHERE thread_id = ?",
    )
    .get(thread_id);
  return (
    row && {
      ...row,
      metadata: JSON.parse(row.metadata) as ThreadRow["metadata"],
      error: row.error === null ? null : (JSON.parse(row.error) as ThreadRow["error"]),
    }
  );
}

/** Inserts a thread. To be called in a transaction. */
export function insertThread(
  database: Database,
  thread: { thread_id: string; metadata: ThreadRow["metadata"]; status: ThreadStatus; temporary: boolean },
): ThreadRow {
  const { temporary, ...row } = thread;
  const now = new Date().toISOString();
  database
    .prepare(
      `INSERT INTO threads (thread_id, created_at, updated_at, metadata, status, temporary) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(row.thread_id, now, now, JSON.stringify(row.metadata), row.status, Number(temporary));
  return { ...row, created_at: now, updated_at: now, error: null };
}

/** The error of every method that is given a thread that is not there. */
export const threadNotFound = (thread_id: string): TroupeError =>
  new TroupeError("thread_not_found", `There is no thread "${thread_id}".`, {
    hint: 'Create it with POST /threads, or send if_not_exists: "create" with the run.',
  });
