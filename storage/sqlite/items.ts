import type { Item, SearchItem } from "@langchain/langgraph-checkpoint";
import type { MetadataFilters } from "../port/filters.ts";
import type { ItemQuery } from "../port/store.ts";
import type { Database } from "./connection.ts";
import { isVisible } from "./contains.ts";
import { toVector } from "./embeddings.ts";
import { matchItem } from "./match-item.ts";
import { byScore, cosine, scoreByWords } from "./rank-items.ts";

/** Stands between the labels of a namespace, none of which may hold it. */
export const separator = ":";

/** An item with what its row has beside it. */
export interface StoredItem extends SearchItem {
  number: number;
  /** Minutes, or null. */
  ttl: number | null;
}

interface ItemRow {
  number: number;
  place: string;
  key: string;
  value: string;
  created_at: string;
  updated_at: string;
  ttl: number | null;
}

const columns = "number, place, key, value, created_at, updated_at, ttl";
const alive = "(expires_at IS NULL OR expires_at > ?)";
// Everything below a place lies between it with a separator and it with the character behind the separator.
const below = `place = ? OR (place > ? || '${separator}' AND place < ? || '${String.fromCharCode(separator.charCodeAt(0) + 1)}')`;

/** Reads an item; `undefined` when there is none, or its time is over. */
export function findItem(database: Database, namespace: readonly string[], key: string): StoredItem | undefined {
  const row = database
    .prepare<ItemRow>(`SELECT ${columns} FROM items WHERE place = ? AND key = ? AND ${alive}`)
    .get(namespace.join(separator), key, Date.now());
  return row && toItem(row);
}

/** Reads the items at and below a place: by a query the nearest first, else in the order of their creation. */
export function searchItems(
  database: Database,
  operation: ItemQuery & { namespacePrefix: readonly string[] },
  vector: Float32Array | undefined,
): StoredItem[] {
  const { namespacePrefix, filter = {}, query, limit = 10, offset = 0, visible } = operation;
  const place = namespacePrefix.join(separator);
  // The numbers come from an index, so that no row is read which is not asked for.
  const where = place === "" ? alive : `number IN (SELECT number FROM items WHERE ${below}) AND ${alive}`;
  const parameters = place === "" ? [Date.now()] : [place, place, place, Date.now()];
  const rows = database
    .prepare<ItemRow>(`SELECT ${columns} FROM items WHERE ${where} ORDER BY number`)
    .iterate(...parameters);

  const found: ItemRow[] = [];
  for (const row of rows) {
    if (!passes(row, filter, visible)) continue;
    found.push(row);
    // Without a query the first ones are the answer.
    if (!query && found.length === offset + limit) break;
  }
  if (!query) return found.slice(offset).map(toItem);
  const texts = () => found.map(({ value }) => value);
  const scores = vector ? scoreByVectors(database, found, place, vector) : scoreByWords(texts(), query);
  const ranked = byScore(found.map((item, index) => ({ item, score: scores[index] })));
  return ranked
    .slice(offset, offset + limit)
    .map(({ item, score }) => (score === undefined ? toItem(item) : { ...toItem(item), score }));
}

function passes(row: ItemRow, filter: Record<string, unknown>, visible: MetadataFilters | undefined): boolean {
  if (!visible && Object.keys(filter).length === 0) return true;
  const { value, namespace, key } = toItem(row);
  return matchItem(value, filter) && isVisible({ ...value, namespace, key }, visible);
}

/** Writes an item in place of the one that is there, whose creation it keeps. To be called in a transaction. */
export function writeItem(
  database: Database,
  item: Pick<Item, "namespace" | "key" | "value"> & {
    ttl: number | null;
    vectors: readonly { path: string; bytes: Uint8Array }[];
  },
): void {
  const { namespace, key, value, ttl, vectors } = item;
  const now = new Date();
  const place = namespace.join(separator);
  database.prepare("DELETE FROM items WHERE place = ? AND key = ? AND expires_at <= ?").run(place, key, now.getTime());
  const { number } = database
    .prepare<{ number: number }>(
      `INSERT INTO items (place, key, value, created_at, updated_at, ttl, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, ttl = excluded.ttl,
         expires_at = excluded.expires_at RETURNING number`,
    )
    .get(place, key, JSON.stringify(value), now.toISOString(), now.toISOString(), ttl, expiry(now.getTime(), ttl))!;
  database.prepare("DELETE FROM item_vectors WHERE number = ?").run(number);
  const add = database.prepare("INSERT INTO item_vectors VALUES (?, ?, ?)");
  for (const { path, bytes } of vectors) add.run(number, path, bytes);
}

/** Deletes an item, if it is there. To be called in a transaction. */
export const deleteItem = (database: Database, namespace: readonly string[], key: string): void =>
  void database.prepare("DELETE FROM items WHERE place = ? AND key = ?").run(namespace.join(separator), key);

/** Gives items that have a lifetime all of it again. To be called in a transaction. */
export function refreshItems(database: Database, items: readonly StoredItem[]): void {
  const refresh = database.prepare("UPDATE items SET expires_at = ? WHERE number = ?");
  const now = Date.now();
  for (const { number, ttl } of items) if (ttl !== null) refresh.run(expiry(now, ttl), number);
}

/** Lists where there are items, each place once. */
export const listPlaces = (database: Database): string[] =>
  database
    .prepare<{ place: string }>(`SELECT DISTINCT place FROM items WHERE ${alive}`)
    .all(Date.now())
    .map(({ place }) => place);

/** The best score among an item's vectors; `undefined` for one that is not indexed. */
function scoreByVectors(
  database: Database,
  items: readonly ItemRow[],
  place: string,
  query: Float32Array,
): (number | undefined)[] {
  const best = new Map<number, number>();
  const rows = database
    .prepare<{ number: number; vector: Uint8Array }>(
      `SELECT number, vector FROM items JOIN item_vectors USING (number) WHERE ? = '' OR ${below}`,
    )
    .iterate(place, place, place, place);
  for (const row of rows) {
    const vector = toVector(row.vector);
    // Another model's, from before the configuration changed.
    if (vector.length !== query.length) continue;
    best.set(row.number, Math.max(best.get(row.number) ?? -1, cosine(vector, query)));
  }
  return items.map(({ number }) => best.get(number));
}

const expiry = (now: number, ttl: number | null) => (ttl === null ? null : Math.round(now + ttl * 60_000));

const toItem = ({ number, place, key, value, created_at, updated_at, ttl }: ItemRow): StoredItem => ({
  number,
  ttl,
  value: JSON.parse(value) as Item["value"],
  key,
  namespace: place.split(separator),
  createdAt: new Date(created_at),
  updatedAt: new Date(updated_at),
});
