import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteKnowledge } from "../storage/sqlite/knowledge.ts";
import { TopicEmbeddings } from "../tests/topic-embeddings.ts";
import { CachedEmbeddings } from "./cached-embeddings.ts";
import { ingestFiles } from "./ingest.ts";
import { SqliteVectorStore } from "./sqlite-vector-store.ts";
import { syncVectors } from "./sync-vectors.ts";

/** Two ingested files, a store for their vectors, and what is needed to change either. */
async function ingested() {
  const folder = await mkdtemp(join(tmpdir(), "troupe-sync-"));
  const storage = openSqliteKnowledge(join(folder, ".data"));
  onTestFinished(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    await ingestFiles(storage.documents, [folder]);
  };
  await write("one.md", "The battery lasts.");
  await write("two.md", "Lunch is at noon.");
  const embeddings = new CachedEmbeddings(new TopicEmbeddings(), "test:topics", storage.embeddings);
  const store = new SqliteVectorStore(embeddings, { vectors: storage.vectors, collection: "test" });
  const chunkIds = async () =>
    (await storage.documents.listForEmbedding({ after: "", limit: 100 })).map(({ chunk_id }) => chunk_id);
  return { storage, store, embeddings, write, chunkIds };
}

test("after a sync the store holds exactly the stored chunks", async () => {
  const { storage, store, write, chunkIds } = await ingested();
  await syncVectors(storage, store);
  expect(new Set(await store.ids())).toEqual(new Set(await chunkIds()));
  const before = await store.ids();
  await write("two.md", "Lunch is at one.");
  await syncVectors(storage, store);
  expect(new Set(await store.ids())).toEqual(new Set(await chunkIds()));
  expect(await store.ids()).not.toEqual(before);
});

test("a store that lost its data is filled again from the cache", async () => {
  const { storage, store, embeddings } = await ingested();
  await syncVectors(storage, store);
  expect(embeddings.computed).toBe(2);
  await store.delete({ ids: await store.ids() });
  await syncVectors(storage, store);
  expect(await store.ids()).toHaveLength(2);
  expect(embeddings.computed).toBe(2);
});

test("the embedding of a text that is gone is forgotten", async () => {
  const { storage, store, write, embeddings } = await ingested();
  await syncVectors(storage, store);
  expect(await storage.embeddings.sample(await embeddings.space(), 10)).toHaveLength(2);
  await write("two.md", "");
  await syncVectors(storage, store);
  expect(await storage.embeddings.sample(await embeddings.space(), 10)).toHaveLength(1);
});
