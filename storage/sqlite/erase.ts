import type { Database } from "./connection.ts";

/** Deletes all checkpoints of a thread. To be called in a transaction; their bytes leave the log with `truncateLog`. */
export function eraseCheckpoints(database: Database, thread_id: string): void {
  for (const table of ["checkpoints", "channels", "writes"]) {
    database.prepare(`DELETE FROM ${table} WHERE thread_id = ?`).run(thread_id);
  }
}

/** Copies all checkpoints of a thread to another. To be called in a transaction. */
export function copyCheckpoints(database: Database, from: string, to: string): void {
  const columns = {
    checkpoints: "checkpoint_ns, checkpoint_id, parent_checkpoint_id, metadata, checkpoint",
    channels: "checkpoint_ns, channel, version, base, keep, stride, value",
    writes: "checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value",
  };
  for (const [table, names] of Object.entries(columns)) {
    database
      .prepare(`INSERT INTO ${table} (thread_id, ${names}) SELECT ?, ${names} FROM ${table} WHERE thread_id = ?`)
      .run(to, from);
  }
}

/** Deletes all of a thread but its own row, and answers the ids of the runs that it had. To be called in a transaction. */
export function eraseRuns(database: Database, thread_id: string): string[] {
  for (const table of ["effects", "webhooks", "crons", "spans"])
    database.prepare(`DELETE FROM ${table} WHERE thread_id = ?`).run(thread_id);
  const runs = database
    .prepare<{ run_id: string }>("DELETE FROM runs WHERE thread_id = ? RETURNING run_id")
    .all(thread_id);
  for (const { run_id } of runs) database.prepare("DELETE FROM events WHERE run_id = ?").run(run_id);
  return runs.map(({ run_id }) => run_id);
}
