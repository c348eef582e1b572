import { setImmediate as nextTurn } from "node:timers/promises";
import type { VectorStorage } from "../documents.ts";
import type { Database } from "./connection.ts";
import { toBytes, toVector } from "./embeddings.ts";

/** About 1 ms of reading and comparing at 384 dimensions. */
const scanned = 2_000;

/** Vectors in SQLite, for exact search. */
export function createSqliteVectors(database: Database): VectorStorage {
  return {
    async put(collection, vectors) {
      const add = database.prepare(
        "INSERT OR REPLACE INTO vectors (collection, id, vector, metadata) VALUES (?, ?, ?, ?)",
      );
      database.transaction(() => {
        for (const { id, vector, metadata } of vectors) {
          add.run(collection, id, toBytes(vector), JSON.stringify(metadata));
        }
      });
    },

    async delete(collection, ids) {
      const deleted = database
        .prepare("DELETE FROM vectors WHERE collection = ? AND id IN (SELECT value FROM json_each(?))")
        .run(collection, JSON.stringify(ids));
      if (deleted > 0) database.truncateLog();
    },

    async ids(collection) {
      const rows = database.prepare<{ id: string }>("SELECT id FROM vectors WHERE collection = ?").all(collection);
      return rows.map(({ id }) => id);
    },

    async *scan(collection) {
      const page = database.prepare<{ rowid: number; id: string; vector: Uint8Array; metadata: string }>(
        "SELECT rowid, id, vector, metadata FROM vectors WHERE collection = ? AND rowid > ? ORDER BY rowid LIMIT ?",
      );
      for (let after = 0; ;) {
        const rows = page.all(collection, after, scanned);
        if (rows.length === 0) return;
        after = rows.at(-1)!.rowid;
        yield rows.map(({ id, vector, metadata }) => ({ id, vector: toVector(vector), metadata }));
        await nextTurn();
      }
    },
  };
}
