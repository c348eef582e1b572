import { RESUME, uuid5 } from "@langchain/langgraph-checkpoint";
import type { Run } from "../storage.ts";
import type { Version } from "./channels.ts";
import type { Database } from "./connection.ts";

type RunOfThread = Pick<Run, "run_id" | "thread_id">;

/** The task under which LangGraph keeps what a command writes. */
export const nullTask = "00000000-0000-0000-0000-000000000000";

/** Deletes a run with all that it left: its events, spans, checkpoints and writes. To be called in a transaction. */
export function rollBack(database: Database, { run_id, thread_id }: RunOfThread): void {
  database.prepare("DELETE FROM runs WHERE run_id = ?").run(run_id);
  database.prepare("DELETE FROM events WHERE run_id = ?").run(run_id);
  database.prepare("DELETE FROM spans WHERE thread_id = ? AND run_id = ?").run(thread_id, run_id);
  deleteChannels(database, { run_id, thread_id });
  database
    .prepare(
      `DELETE FROM writes WHERE thread_id = ?1 AND (checkpoint_ns, checkpoint_id) IN (
         SELECT checkpoint_ns, checkpoint_id FROM checkpoints WHERE thread_id = ?1 AND run_id = ?2)`,
    )
    .run(thread_id, run_id);
  database.prepare("DELETE FROM checkpoints WHERE thread_id = ? AND run_id = ?").run(thread_id, run_id);
  database
    .prepare(
      `UPDATE writes SET value = earlier_value, run_id = earlier_run_id, earlier_value = NULL, earlier_run_id = NULL
       WHERE thread_id = ? AND run_id = ? AND earlier_value IS NOT NULL`,
    )
    .run(thread_id, run_id);
  database.prepare("DELETE FROM writes WHERE thread_id = ? AND run_id = ?").run(thread_id, run_id);
}

/** The values that came with a run's checkpoints: every version is one checkpoint's, and of those built on it. */
function deleteChannels(database: Database, { run_id, thread_id }: RunOfThread): void {
  const versions = database.prepare<{ channel: string; version: Version }>(
    `SELECT key AS channel, value AS version
     FROM checkpoints, json_each(checkpoint, '$.channel_versions')
     WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?`,
  );
  const remove = database.prepare(
    "DELETE FROM channels WHERE thread_id = ? AND checkpoint_ns = ? AND channel = ? AND version = ?",
  );
  const own = database
    .prepare<{ checkpoint_ns: string; checkpoint_id: string; parent_checkpoint_id: string | null }>(
      "SELECT checkpoint_ns, checkpoint_id, parent_checkpoint_id FROM checkpoints WHERE thread_id = ? AND run_id = ?",
    )
    .all(thread_id, run_id);
  for (const { checkpoint_ns, checkpoint_id, parent_checkpoint_id } of own) {
    const before = versions.all(thread_id, checkpoint_ns, parent_checkpoint_id);
    const inherited = new Map(before.map(({ channel, version }) => [channel, version]));
    for (const { channel, version } of versions.all(thread_id, checkpoint_ns, checkpoint_id)) {
      if (inherited.get(channel) !== version) remove.run(thread_id, checkpoint_ns, channel, version);
    }
  }
}

/**
 * Deletes the input that a failed run wrote on a checkpoint of an earlier one and got no further: LangGraph would apply
 * it, and fail, in every later run of the thread. To be called in a transaction.
 */
export function dropRefusedInput(database: Database, { run_id, thread_id }: RunOfThread): void {
  const written = database
    .prepare<{ checkpoint_ns: string; checkpoint_id: string }>(
      `SELECT DISTINCT checkpoint_ns, checkpoint_id FROM writes WHERE thread_id = ?1 AND run_id = ?2
         AND NOT EXISTS (SELECT 1 FROM checkpoints WHERE thread_id = ?1 AND run_id = ?2)`,
    )
    .all(thread_id, run_id);
  for (const { checkpoint_ns, checkpoint_id } of written) {
    database
      .prepare(
        `DELETE FROM writes WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ? AND run_id = ?
           AND task_id IN (?, ?) AND channel != ?`,
      )
      // The second is LangGraph's task for input to a delta channel.
      .run(thread_id, checkpoint_ns, checkpoint_id, run_id, nullTask, uuid5("__input__", checkpoint_id), RESUME);
  }
}
