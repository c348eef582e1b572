import { TroupeError } from "../../errors.ts";
import type { ClaimedRun, MetadataFilters, Run } from "../storage.ts";
import type { Database } from "./connection.ts";
import { isVisible } from "./contains.ts";
import { findThread } from "./thread-rows.ts";

/** A run as its columns are. */
export interface StoredRun extends Omit<ClaimedRun, "metadata" | "kwargs" | "error" | "cancel"> {
  metadata: string;
  kwargs: string;
  error: string | null;
  cancel: ClaimedRun["cancel"] | null;
}

/** The columns of a `StoredRun`. */
export const runColumns = `run_id, thread_id, assistant_id, graph_id, created_at, updated_at, status, metadata,
  multitask_strategy, kwargs, attempt, error, cancel, crashes`;

/** The condition for the index of runs that have not ended; SQLite wants its words. */
export const isActive = "status IN ('pending', 'running')";

/** A run as clients know it. */
export function toRun(stored: StoredRun): Run {
  const { cancel: _, crashes: __, ...row } = stored;
  return {
    ...row,
    metadata: JSON.parse(row.metadata) as Run["metadata"],
    kwargs: JSON.parse(row.kwargs) as Run["kwargs"],
    error: row.error === null ? null : (JSON.parse(row.error) as Run["error"]),
  };
}

/** A run as its worker knows it. */
export const toClaimedRun = (row: StoredRun): ClaimedRun => ({
  ...toRun(row),
  cancel: row.cancel ?? undefined,
  crashes: row.crashes,
});

/** Reads a run's row. Throws `run_not_found`, also for one of another thread, or of one that `filters` hide. */
export function requireRun(
  database: Database,
  run_id: string,
  thread_id?: string,
  filters?: MetadataFilters,
): StoredRun {
  const row = database.prepare<StoredRun>(`SELECT ${runColumns} FROM runs WHERE run_id = ?`).get(run_id);
  const isThere = row && (thread_id === undefined || row.thread_id === thread_id);
  if (isThere && (!filters || isVisible(findThread(database, row.thread_id)!.metadata, filters))) return row;
  const place = thread_id === undefined ? "" : ` on the thread "${thread_id}"`;
  throw new TroupeError("run_not_found", `There is no run "${run_id}"${place}.`, {
    hint: "List a thread's runs with GET /threads/{thread_id}/runs.",
  });
}
