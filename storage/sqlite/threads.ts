import { TroupeError } from "../../errors.ts";
import type { MetadataFilters, PruneStrategy, ThreadRow, ThreadStorage, ThreadTtl } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database, Parameter } from "./connection.ts";
import { isVisible } from "./contains.ts";
import { copyCheckpoints, eraseCheckpoints, eraseRuns } from "./erase.ts";
import { refuseDeep } from "./escape-plain.ts";
import { keepLatest } from "./keep-latest.ts";
import { createThreadSearch } from "./search-threads.ts";
import type { Signals } from "./signals.ts";
import { reclaimMany } from "./storage-size.ts";
import { indexMetadata } from "./thread-metadata.ts";
import { findThread, insertThread, threadNotFound } from "./thread-rows.ts";

/** How many threads a sweep looks up at a time. */
const sweptAtOnce = 50;

/** Threads in SQLite. */
export function createSqliteThreads(
  database: Database,
  commit: Commit,
  signals: Signals,
  defaultTtl?: ThreadTtl,
): ThreadStorage {
  /** Commits the deletion of some threads and wakes the readers of their runs. */
  async function erase(work: () => string[]): Promise<void> {
    const erased = await commit(() =>
      work().flatMap((thread_id) => {
        eraseCheckpoints(database, thread_id);
        return [...eraseRuns(database, thread_id), thread_id];
      }),
    );
    for (const id of erased) signals.emit(id);
  }

  const requireThread = (thread_id: string, filters?: MetadataFilters): ThreadRow => {
    const thread = findThread(database, thread_id);
    if (thread && isVisible(thread.metadata, filters)) return thread;
    throw threadNotFound(thread_id);
  };

  /** Deletes rows, and answers the threads that they were. */
  function deleteRows(where: string, ...parameters: Parameter[]): { thread_id: string; temporary: number }[] {
    const rows = database
      .prepare<{ thread_id: string; temporary: number; metadata: string }>(
        `DELETE FROM threads WHERE ${where} RETURNING thread_id, temporary, metadata`,
      )
      .all(...parameters);
    for (const { thread_id, metadata } of rows) {
      indexMetadata(database, thread_id, JSON.parse(metadata) as Record<string, unknown>, {});
    }
    return rows;
  }

  const storage: ThreadStorage = {
    create(thread, { if_exists, filters }) {
      refuseDeep(thread.metadata);
      return commit(() => {
        const known = findThread(database, thread.thread_id);
        if (!known) return insertThread(database, { ttl: defaultTtl, ...thread, status: "idle", temporary: false });
        if (if_exists === "do_nothing" && isVisible(known.metadata, filters)) return known;
        throw new TroupeError("thread_exists", `The thread "${thread.thread_id}" exists already.`, {
          hint: 'Choose another thread_id, or send if_exists: "do_nothing" to get the one that is there.',
        });
      });
    },

    get: async (thread_id, filters) => requireThread(thread_id, filters),
    ...createThreadSearch(database),

    update(thread_id, change, filters) {
      refuseDeep(change.metadata);
      return commit(() => {
        const thread = requireThread(thread_id, filters);
        const metadata = { ...thread.metadata, ...change.metadata };
        const ttl = change.ttl ?? thread.ttl;
        indexMetadata(database, thread_id, thread.metadata, metadata);
        database
          .prepare(
            "UPDATE threads SET metadata = ?, ttl_minutes = ?, ttl_strategy = ?, updated_at = ? WHERE thread_id = ?",
          )
          .run(
            JSON.stringify(metadata),
            ttl?.ttl_minutes ?? null,
            ttl?.strategy ?? null,
            new Date().toISOString(),
            thread_id,
          );
        return requireThread(thread_id);
      });
    },

    async stateUpdated(thread_id, status) {
      const now = new Date().toISOString();
      await commit(() =>
        database
          .prepare(
            `UPDATE threads SET settled = ?1, status = iif(status = 'busy', 'busy', ?1), error = NULL, updated_at = ?2,
               state_updated_at = ?2 WHERE thread_id = ?3`,
          )
          .run(status, now, thread_id),
      );
    },

    copy: (thread_id, to) =>
      commit(() => {
        const { status, config, ttl } = requireThread(thread_id);
        // What is copied of a run that goes on is where it stands: in the middle.
        const stopped = status === "busy" ? "interrupted" : status;
        insertThread(database, { ...to, status: stopped, temporary: false, ttl: ttl ?? undefined, config });
        copyCheckpoints(database, thread_id, to.thread_id);
        return requireThread(to.thread_id);
      }),

    async delete(thread_id, filters) {
      let lasting = true;
      await erase(() => {
        requireThread(thread_id, filters);
        const [row] = deleteRows("thread_id = ?", thread_id);
        lasting = row?.temporary === 0;
        return [thread_id];
      });
      // A temporary one goes after every stateless run, and nobody asked to have it erased: its bytes leave the log with later commits.
      if (lasting) database.truncateLog();
    },

    async prune(thread_id, strategy, filters) {
      const pruned = await pruneOne(thread_id, strategy, (thread) => isVisible(thread.metadata, filters));
      if (pruned) database.truncateLog();
      return pruned;
    },

    async sweep(now = new Date()) {
      const due = database.prepare<{ thread_id: string; ttl_strategy: PruneStrategy }>(
        `SELECT thread_id, ttl_strategy FROM threads
         WHERE ttl_minutes IS NOT NULL AND expires_at <= ? AND status != 'busy' ORDER BY expires_at LIMIT ${sweptAtOnce}`,
      );
      const counts = { delete: 0, keep_latest: 0 };
      const isDue = ({ status, ttl }: ThreadRow) =>
        status !== "busy" && ttl !== null && Date.parse(ttl.expires_at) <= now.getTime();
      for (let swept = sweptAtOnce; swept === sweptAtOnce;) {
        const rows = due.all(now.getTime());
        swept = 0;
        for (const { thread_id, ttl_strategy } of rows) {
          if (!(await pruneOne(thread_id, ttl_strategy, isDue))) continue;
          counts[ttl_strategy] += 1;
          swept += 1;
        }
      }
      if (counts.delete + counts.keep_latest > 0) database.truncateLog();
      await reclaimMany(database);
      return { deleted: counts.delete, pruned: counts.keep_latest };
    },

    async deleteTemporary() {
      let deleted: string[] = [];
      await erase(() => {
        deleted = deleteRows("temporary AND status != 'busy'").map(({ thread_id }) => thread_id);
        return deleted;
      });
      if (deleted.length > 0) database.truncateLog();
      return deleted.length;
    },
  };

  async function pruneOne(
    thread_id: string,
    strategy: PruneStrategy,
    isMeant: (thread: ThreadRow) => boolean,
  ): Promise<boolean> {
    const isThere = () => {
      const thread = findThread(database, thread_id);
      return thread !== undefined && isMeant(thread) ? thread : undefined;
    };
    if (strategy === "delete") {
      let done = false;
      await erase(() => {
        done = isThere() !== undefined;
        if (done) deleteRows("thread_id = ?", thread_id);
        return done ? [thread_id] : [];
      });
      return done;
    }
    return commit(() => {
      const thread = isThere();
      if (!thread || thread.status === "busy") return false;
      keepLatest(database, thread_id);
      database.prepare("UPDATE threads SET pruned_at = updated_at WHERE thread_id = ?").run(thread_id);
      return true;
    });
  }

  return storage;
}
