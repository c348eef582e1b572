import { isEncoded, readChannels, type Version, writeChannel } from "./channels.ts";
import { type CheckpointRow, findCheckpoint } from "./checkpoints.ts";
import type { Database } from "./connection.ts";
import { wholeList } from "./lists.ts";

type Head = Pick<CheckpointRow, "thread_id" | "checkpoint_ns" | "checkpoint_id" | "parent_checkpoint_id">;

/**
 * Deletes what a thread's next run does not need: all but the latest checkpoint of each namespace with its writes and
 * values, and the events and spans of all runs but the last that has ended. To be called in a transaction.
 */
export function keepLatest(database: Database, thread_id: string): void {
  const kept = findKept(database, thread_id);
  const isKept = new Set(kept.map(toKey));
  const all = database
    .prepare<Head>(
      "SELECT thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id FROM checkpoints WHERE thread_id = ?",
    )
    .all(thread_id);
  for (const row of all) {
    if (!isKept.has(toKey(row))) deleteCheckpoint(database, row);
    else if (row.parent_checkpoint_id && !isKept.has(toKey({ ...row, checkpoint_id: row.parent_checkpoint_id }))) {
      database
        .prepare(
          "UPDATE checkpoints SET parent_checkpoint_id = NULL WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?",
        )
        .run(thread_id, row.checkpoint_ns, row.checkpoint_id);
    }
  }
  keepChannels(database, thread_id, kept);
  const earlier = `SELECT run_id FROM runs WHERE thread_id = ?1 AND status NOT IN ('pending', 'running') AND number < (
     SELECT max(number) FROM runs WHERE thread_id = ?1 AND status NOT IN ('pending', 'running'))`;
  database.prepare(`DELETE FROM events WHERE run_id IN (${earlier})`).run(thread_id);
  database.prepare(`DELETE FROM spans WHERE thread_id = ?1 AND run_id IN (${earlier})`).run(thread_id);
}

/** The latest checkpoint of each namespace that may be used again, with those that LangGraph reads it together with. */
function findKept(database: Database, thread_id: string): CheckpointRow[] {
  const latest = database
    .prepare<CheckpointRow>(
      `SELECT * FROM checkpoints WHERE thread_id = ?1 AND (checkpoint_ns, checkpoint_id) IN (
         SELECT checkpoint_ns, max(checkpoint_id) FROM checkpoints WHERE thread_id = ?1 GROUP BY checkpoint_ns)`,
    )
    .all(thread_id);
  const root = latest.find(({ checkpoint_ns }) => checkpoint_ns === "");
  return latest.filter((row) => mayGoOn(row, root)).flatMap((row) => [row, ...findDeltas(database, row)]);
}

/** A subgraph's namespace with a task's id is used by that task only, which ends with the step it belongs to. */
function mayGoOn({ checkpoint_ns, metadata }: CheckpointRow, root: CheckpointRow | undefined): boolean {
  if (!root || !checkpoint_ns.includes(":")) return true;
  const { parents } = JSON.parse(metadata) as { parents?: Record<string, string> };
  return parents?.[""] === undefined || parents[""] === root.checkpoint_id;
}

/** LangGraph puts a delta channel together from what was written since it was last stored, some checkpoints ago. */
function findDeltas(database: Database, row: CheckpointRow): CheckpointRow[] {
  const { counters_since_delta_snapshot: counters = {} } = JSON.parse(row.metadata) as {
    counters_since_delta_snapshot?: Record<string, unknown>;
  };
  const found: CheckpointRow[] = [];
  const left = new Set(Object.keys(counters));
  for (let at = row; at.parent_checkpoint_id && left.size > 0;) {
    const parent = findCheckpoint(database, at, at.parent_checkpoint_id);
    if (!parent) break;
    found.push((at = parent));
    const stored = readChannels(database, at, pick(versionsOf(at), left));
    for (const channel of stored.keys()) left.delete(channel);
  }
  return found;
}

/** Deletes the values that no kept checkpoint has; a list that stood on deleted ones is written whole. */
function keepChannels(database: Database, thread_id: string, kept: readonly CheckpointRow[]): void {
  const used = new Set<string>();
  for (const row of kept) {
    const versions = versionsOf(row);
    for (const [channel, value] of readChannels(database, row, versions)) {
      const version = versions[channel]!;
      used.add(JSON.stringify([row.checkpoint_ns, channel, version]));
      if (isEncoded(value)) continue;
      writeChannel(database, row, channel, version, {
        ...wholeList(value.version, value.elements),
        elements: value.elements,
      });
    }
  }
  const rows = database
    .prepare<{ checkpoint_ns: string; channel: string; version: Version }>(
      "SELECT checkpoint_ns, channel, version FROM channels WHERE thread_id = ?",
    )
    .all(thread_id);
  const remove = database.prepare(
    "DELETE FROM channels WHERE thread_id = ? AND checkpoint_ns = ? AND channel = ? AND version = ?",
  );
  for (const { checkpoint_ns, channel, version } of rows) {
    if (!used.has(JSON.stringify([checkpoint_ns, channel, version]))) {
      remove.run(thread_id, checkpoint_ns, channel, version);
    }
  }
}

function deleteCheckpoint(database: Database, { thread_id, checkpoint_ns, checkpoint_id }: Head): void {
  for (const table of ["writes", "checkpoints"]) {
    database
      .prepare(`DELETE FROM ${table} WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?`)
      .run(thread_id, checkpoint_ns, checkpoint_id);
  }
}

const toKey = ({ checkpoint_ns, checkpoint_id }: Pick<Head, "checkpoint_ns" | "checkpoint_id">) =>
  `${checkpoint_ns}\n${checkpoint_id}`;

const versionsOf = ({ checkpoint }: CheckpointRow) =>
  (JSON.parse(checkpoint) as { channel_versions: Record<string, Version> }).channel_versions;

const pick = (versions: Record<string, Version>, channels: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(versions).filter(([channel]) => channels.has(channel)));
