import type { Database } from "./connection.ts";
import type { Encoded } from "./encode.ts";
import { type ListVersion, readList, type StoredList, wholeList } from "./lists.ts";

/** Where a graph's state is kept: a thread, and within it the graph itself or a subgraph. */
export interface Place {
  thread_id: string;
  checkpoint_ns: string;
}

/** A list on its way into the database: as it is to be stored, and whole, in case its base is gone. */
export interface NewList {
  stored: StoredList;
  elements: readonly string[];
}

type Row = StoredList | { keep: null; value: Encoded };

const key = "thread_id = ? AND checkpoint_ns = ? AND channel = ? AND version = ?";

/** Writes a channel's value at a version. To be called in a transaction. */
export function writeChannel(
  database: Database,
  { thread_id, checkpoint_ns }: Place,
  channel: string,
  version: number | string,
  value: Encoded | NewList,
): void {
  const insert = database.prepare(
    `INSERT OR REPLACE INTO channels (thread_id, checkpoint_ns, channel, version, base, keep, stride, value)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  if (typeof value === "string" || value instanceof Uint8Array) {
    insert.run(thread_id, checkpoint_ns, channel, version, null, null, null, value);
    return;
  }
  const hasBase = (base: number) =>
    database.prepare(`SELECT 1 FROM channels WHERE ${key}`).get(thread_id, checkpoint_ns, channel, base) !== undefined;
  const isStored = value.stored.base === null || hasBase(value.stored.base);
  const list = isStored ? value.stored : wholeList(0, value.elements).stored;
  insert.run(thread_id, checkpoint_ns, channel, version, list.base, list.keep, list.stride, list.value);
}

/** Reads a channel's value at a version; `undefined` when the channel was empty then. */
export function readChannel(
  database: Database,
  { thread_id, checkpoint_ns }: Place,
  channel: string,
  version: number | string,
): Encoded | ListVersion | undefined {
  const select = database.prepare<Row>(`SELECT base, keep, stride, value FROM channels WHERE ${key}`);
  const read = (at: number | string) => select.get(thread_id, checkpoint_ns, channel, at);
  const row = read(version);
  if (!row || row.keep === null) return row?.value;
  return readList(Number(version), (at) => (at === version ? row : (read(at) as StoredList)));
}
