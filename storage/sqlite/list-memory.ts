import { type Place, readChannels, type Version, isEncoded } from "./channels.ts";
import { findCheckpoint } from "./checkpoints.ts";
import type { Database } from "./connection.ts";
import type { ListVersion } from "./lists.ts";

/** The lists of a checkpoint by channel. */
export type Lists = ReadonlyMap<string, ListVersion>;

/** The lists of the checkpoint last read or written in each place, with which those of the next one are compared. */
export interface ListMemory {
  /** Reads them from the database when they are not remembered. */
  get(place: Place, checkpoint_id: string | null): Lists;
  set(place: Place, checkpoint_id: string, lists: Lists): void;
  clear(): void;
}

/** A run with many subgraph calls has a place for each; those that were left long ago are forgotten. */
const remembered = 64;

/** Makes a memory that knows nothing yet. */
export function createListMemory(database: Database): ListMemory {
  const places = new Map<string, { checkpoint_id: string; lists: Lists }>();
  const keyOf = ({ thread_id, checkpoint_ns }: Place) => `${thread_id}\n${checkpoint_ns}`;
  return {
    get(place, checkpoint_id) {
      if (checkpoint_id === null) return new Map();
      const known = places.get(keyOf(place));
      return known?.checkpoint_id === checkpoint_id ? known.lists : readLists(database, place, checkpoint_id);
    },
    set(place, checkpoint_id, lists) {
      const key = keyOf(place);
      // Anew, so that the first is the one that was left longest ago.
      places.delete(key);
      places.set(key, { checkpoint_id, lists });
      if (places.size > remembered) places.delete(places.keys().next().value!);
    },
    clear: () => places.clear(),
  };
}

function readLists(database: Database, place: Place, checkpoint_id: string): Lists {
  const row = findCheckpoint(database, place, checkpoint_id);
  if (!row) return new Map();
  const { channel_versions } = JSON.parse(row.checkpoint) as { channel_versions: Record<string, Version> };
  const lists = new Map<string, ListVersion>();
  for (const [channel, value] of readChannels(database, place, channel_versions)) {
    if (!isEncoded(value)) lists.set(channel, value);
  }
  return lists;
}
