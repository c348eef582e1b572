import type { Database } from "./connection.ts";
import type { Encoded } from "./encode.ts";
import { type ListVersion, readList, type StoredList, wholeList } from "./lists.ts";

/** Where state is kept: a thread, and in it the graph itself or one of its subgraphs. */
export interface Place {
  thread_id: string;
  checkpoint_ns: string;
}

/** LangGraph's version of a channel; from our saver always a number. */
export type Version = number | string;

/** A list on its way into the database: as it is to be stored, and whole, for when its base is gone. */
export interface NewList {
  stored: StoredList;
  elements: readonly string[];
}

/** A channel's value as it is read: a list comes with all its elements. */
export type ChannelValue = Encoded | ListVersion;

type Row = StoredList | { keep: null; value: Encoded };

const key = "thread_id = ? AND checkpoint_ns = ? AND channel = ? AND version = ?";
const select = `SELECT base, keep, stride, value FROM channels WHERE ${key}`;
const exists = `SELECT 1 FROM channels WHERE ${key}`;
const insert = `INSERT OR REPLACE INTO channels (thread_id, checkpoint_ns, channel, version, base, keep, stride, value)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** Writes a channel's value at a version. To be called in a transaction. */
export function writeChannel(
  database: Database,
  { thread_id, checkpoint_ns }: Place,
  channel: string,
  version: Version,
  value: Encoded | NewList,
): void {
  const write = database.prepare(insert);
  if (isEncoded(value)) {
    write.run(thread_id, checkpoint_ns, channel, version, null, null, null, value);
    return;
  }
  const { stored, elements } = value;
  // The base may have been lost with a commit that failed, or deleted by another process.
  const isThere = stored.base === null || database.prepare(exists).get(thread_id, checkpoint_ns, channel, stored.base);
  const list = isThere ? stored : wholeList(0, elements).stored;
  write.run(thread_id, checkpoint_ns, channel, version, list.base, list.keep, list.stride, list.value);
}

/** Reads the values of channels at their versions; a channel that was empty then is left out. */
export function readChannels(
  database: Database,
  { thread_id, checkpoint_ns }: Place,
  versions: Readonly<Record<string, Version>>,
): Map<string, ChannelValue> {
  const read = database.prepare<Row>(select);
  const values = new Map<string, ChannelValue>();
  for (const [channel, version] of Object.entries(versions)) {
    const row = read.get(thread_id, checkpoint_ns, channel, version);
    if (row?.keep === null) values.set(channel, row.value);
    else if (row) {
      const list = readList(
        Number(version),
        row,
        (base) => read.get(thread_id, checkpoint_ns, channel, base) as StoredList,
      );
      values.set(channel, list);
    }
  }
  return values;
}

/** Whether a value is encoded whole, and no list. */
export const isEncoded = (value: Encoded | ListVersion | NewList): value is Encoded =>
  typeof value === "string" || value instanceof Uint8Array;
