import type { RunOutcome } from "../storage.ts";
import type { Database } from "./connection.ts";
import { isActive } from "./run-rows.ts";

/**
 * Gives a thread its status after one of its runs has ended, or is gone, and lets those that wait behind it start.
 * `outcome` is what it left, nothing for one that left all as it was. Answers whether others wait. To be called in the
 * transaction of the run's end.
 */
export function settleThread(
  database: Database,
  thread_id: string,
  outcome?: Pick<RunOutcome, "thread_status" | "error">,
): boolean {
  const active = database
    .prepare<{ status: string }>(`SELECT status FROM runs WHERE thread_id = ? AND ${isActive}`)
    .all(thread_id);
  const isRunning = active.some(({ status }) => status === "running");
  if (active.length > 0 && !isRunning) {
    database.prepare(`UPDATE runs SET due_at = start_at WHERE thread_id = ? AND ${isActive}`).run(thread_id);
  }
  const now = new Date().toISOString();
  const isBusy = Number(active.length > 0);
  if (outcome) {
    const { thread_status, error } = outcome;
    database
      .prepare(
        `UPDATE threads SET status = iif(?1, 'busy', ?2), settled = ?2, error = ?3, updated_at = ?4, state_updated_at = ?4
         WHERE thread_id = ?5`,
      )
      .run(isBusy, thread_status, error && JSON.stringify(error), now, thread_id);
  } else {
    database
      .prepare("UPDATE threads SET status = iif(?, 'busy', settled), updated_at = ? WHERE thread_id = ?")
      .run(isBusy, now, thread_id);
  }
  return active.length > 0;
}
