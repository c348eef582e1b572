import { type PendingWrite, WRITES_IDX_MAP } from "@langchain/langgraph-checkpoint";
import type { Place } from "./channels.ts";
import type { Database } from "./connection.ts";
import type { Encoded } from "./encode.ts";

/** A checkpoint as it is stored: what it is of its own, without its channels' values. */
export interface CheckpointRow extends Place {
  checkpoint_id: string;
  parent_checkpoint_id: string | null;
  /** The run that made it. */
  run_id: string | null;
  metadata: string;
  /** JSON of `v`, `ts`, `channel_versions` and `versions_seen`. */
  checkpoint: string;
}

/** What a task wrote to a channel, as it is stored. */
export interface WriteRow {
  task_id: string;
  channel: string;
  value: Encoded;
}

const inPlace = "SELECT * FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ?";
const oneInPlace = `${inPlace} AND checkpoint_id = ?`;
const latestInPlace = `${inPlace} ORDER BY checkpoint_id DESC LIMIT 1`;

/** Reads a checkpoint's row, the latest of its place when none is named. */
export function findCheckpoint(database: Database, place: Place, checkpoint_id?: string): CheckpointRow | undefined {
  const { thread_id, checkpoint_ns } = place;
  return checkpoint_id
    ? database.prepare<CheckpointRow>(oneInPlace).get(thread_id, checkpoint_ns, checkpoint_id)
    : database.prepare<CheckpointRow>(latestInPlace).get(thread_id, checkpoint_ns);
}

/** Reads the keys and metadata of checkpoints, newest first: of all threads or one, of all its namespaces or one. */
export function listCheckpoints(
  database: Database,
  query: { thread_id?: string; checkpoint_ns?: string; checkpoint_id?: string; before?: string },
): Omit<CheckpointRow, "checkpoint" | "parent_checkpoint_id" | "run_id">[] {
  const conditions = [
    ["thread_id = ?", query.thread_id],
    ["checkpoint_ns = ?", query.checkpoint_ns],
    ["checkpoint_id = ?", query.checkpoint_id],
    ["checkpoint_id < ?", query.before],
  ].filter((condition): condition is [string, string] => condition[1] !== undefined);
  const where = conditions.map(([sql]) => sql).join(" AND ") || "TRUE";
  return database
    .prepare<CheckpointRow>(
      `SELECT thread_id, checkpoint_ns, checkpoint_id, metadata FROM checkpoints WHERE ${where} ORDER BY checkpoint_id DESC`,
    )
    .all(...conditions.map(([, value]) => value));
}

/** Writes a checkpoint's row, in place of one that is there already. To be called in a transaction. */
export function insertCheckpoint(database: Database, row: CheckpointRow): void {
  const { thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, run_id, metadata, checkpoint } = row;
  database
    .prepare(
      `INSERT OR REPLACE INTO checkpoints
         (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, run_id, metadata, checkpoint) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, run_id, metadata, checkpoint);
}

const insertOnce = `INSERT INTO writes (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value, run_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const insertLatest = insertOnce.replace(
  "NOTHING",
  `UPDATE SET
     earlier_value = iif(run_id IS excluded.run_id, earlier_value, value),
     earlier_run_id = iif(run_id IS excluded.run_id, earlier_run_id, run_id),
     task_path = excluded.task_path, value = excluded.value, run_id = excluded.run_id`,
);

/**
 * Writes what a task wrote. What it returned stands once written; its error, its interrupt and the answers to it
 * have places of their own, and give way to later ones. To be called in a transaction.
 */
export function insertWrites(
  database: Database,
  { thread_id, checkpoint_ns }: Place,
  checkpoint_id: string,
  task: { task_id: string; task_path: string; run_id: string | null },
  writes: readonly PendingWrite[],
  values: readonly Encoded[],
): void {
  for (const [index, [channel]] of writes.entries()) {
    const special = WRITES_IDX_MAP[channel];
    database
      .prepare(special === undefined ? insertOnce : insertLatest)
      .run(
        thread_id,
        checkpoint_ns,
        checkpoint_id,
        task.task_id,
        special ?? index,
        task.task_path,
        channel,
        values[index]!,
        task.run_id,
      );
  }
}

/** Reads what tasks wrote on a checkpoint, in the order in which LangGraph applies it. */
export function readWrites(database: Database, { thread_id, checkpoint_ns }: Place, checkpoint_id: string): WriteRow[] {
  return database
    .prepare<WriteRow>(
      `SELECT task_id, channel, value FROM writes WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?
       ORDER BY task_path, task_id, idx`,
    )
    .all(thread_id, checkpoint_ns, checkpoint_id);
}
