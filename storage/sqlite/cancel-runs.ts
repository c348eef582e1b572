import type { CancelAction, Cancelled, CancelQuery, RunOutcome } from "../storage.ts";
import type { Database } from "./connection.ts";
import { isVisible } from "./contains.ts";
import { rollBack } from "./roll-back.ts";
import { isActive, requireRun, runColumns, type StoredRun, toRun } from "./run-rows.ts";
import { settleThread } from "./settle-thread.ts";
import { findThread } from "./thread-rows.ts";
import { insertWebhook } from "./webhooks.ts";

/** Reads the active runs that a query means. Throws `run_not_found`. */
export function findActiveRuns(database: Database, query: Omit<CancelQuery, "action">): StoredRun[] {
  const { thread_id, run_ids, status = "all", filters } = query;
  const rows =
    run_ids?.map((run_id) => requireRun(database, run_id, thread_id, filters)) ??
    database
      .prepare<StoredRun>(
        `SELECT ${runColumns} FROM runs WHERE ${isActive} AND thread_id = coalesce(?, thread_id) ORDER BY number`,
      )
      .all(thread_id ?? null)
      .filter((row) => !filters || isVisible(findThread(database, row.thread_id)!.metadata, filters));
  const meant = status === "all" ? ["pending", "running"] : [status];
  return rows.filter((row) => meant.includes(row.status));
}

/** Cancels active runs, in the transaction in which they were read. */
export function cancelRuns(database: Database, rows: readonly StoredRun[], action: CancelAction): Cancelled {
  const ended: Cancelled["ended"] = [];
  const running: string[] = [];
  for (const row of rows) {
    if (row.status === "running") {
      // To leave nothing goes before to end where it is, whichever was asked first.
      const wish = row.cancel === "rollback" ? row.cancel : action;
      database.prepare("UPDATE runs SET cancel = ? WHERE run_id = ?").run(wish, row.run_id);
      running.push(row.run_id);
    } else {
      endCancelled(database, row, action);
      ended.push({ ...toRun(row), status: "interrupted" });
    }
  }
  return { ended, running };
}

/**
 * Ends a run that nobody executes any more, as the client asked. Answers whether others of its thread wait. To be called
 * in a transaction.
 */
export function endCancelled(
  database: Database,
  run: Pick<StoredRun, "run_id" | "thread_id">,
  action: CancelAction,
  webhook?: RunOutcome["webhook"],
): boolean {
  const { run_id, thread_id } = run;
  if (action === "rollback") {
    rollBack(database, run);
    return settleThread(database, thread_id);
  }
  database
    .prepare("UPDATE runs SET status = 'interrupted', worker_id = NULL, due_at = NULL, updated_at = ? WHERE run_id = ?")
    .run(new Date().toISOString(), run_id);
  insertWebhook(database, run_id, webhook);
  const hasCheckpoint = database
    .prepare("SELECT 1 FROM checkpoints WHERE thread_id = ? AND run_id = ? LIMIT 1")
    .get(thread_id, run_id);
  // One that came to no checkpoint leaves the thread as it was, with the interrupt or the error that it had.
  return settleThread(database, thread_id, hasCheckpoint ? { thread_status: "idle", error: null } : undefined);
}
