import type { EmbeddingStorage } from "../documents.ts";
import type { Database } from "./connection.ts";

/** The embedding cache in SQLite. */
export function createSqliteEmbeddings(database: Database): EmbeddingStorage {
  return {
    async read({ model, dimensions }, hashes) {
      const rows = database
        .prepare<{ content_hash: string; vector: Uint8Array }>(
          `SELECT content_hash, vector FROM embeddings
           WHERE model = ? AND dimensions = ? AND content_hash IN (SELECT value FROM json_each(?))`,
        )
        .all(model, dimensions, JSON.stringify(hashes));
      return new Map(rows.map(({ content_hash, vector }) => [content_hash, toVector(vector)]));
    },

    async write({ model, dimensions }, embeddings) {
      const add = database.prepare(
        "INSERT OR REPLACE INTO embeddings (model, dimensions, content_hash, vector) VALUES (?, ?, ?, ?)",
      );
      database.transaction(() => {
        for (const [content_hash, vector] of embeddings) add.run(model, dimensions, content_hash, toBytes(vector));
      });
    },

    async dimensions(model) {
      return database
        .prepare<{ dimensions: number }>(
          "SELECT dimensions FROM embeddings WHERE model = ? ORDER BY rowid DESC LIMIT 1",
        )
        .get(model)?.dimensions;
    },

    async sample({ model, dimensions }, limit) {
      // In the order of the key: a hash has nothing to do with what it is of.
      return database
        .prepare<{ vector: Uint8Array }>(
          "SELECT vector FROM embeddings WHERE model = ? AND dimensions = ? ORDER BY content_hash LIMIT ?",
        )
        .all(model, dimensions, limit)
        .map(({ vector }) => toVector(vector));
    },

    async prune() {
      const pruned = database
        .prepare("DELETE FROM embeddings WHERE content_hash NOT IN (SELECT embedding_hash FROM chunks)")
        .run();
      if (pruned > 0) database.truncateLog();
    },
  };
}

/** A vector as it stands in a BLOB: 32-bit floats in the machine's order. */
export const toBytes = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** The vector in a BLOB. */
export function toVector(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
