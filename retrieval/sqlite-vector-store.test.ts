import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeEmbeddings } from "@langchain/core/utils/testing";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteKnowledge } from "../storage/sqlite/knowledge.ts";
import { describeVectorStore } from "../tests/describe-vector-store.ts";
import { SqliteVectorStore } from "./sqlite-vector-store.ts";

async function openStorage() {
  const folder = await mkdtemp(join(tmpdir(), "troupe-vectors-"));
  const storage = openSqliteKnowledge(folder);
  onTestFinished(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });
  return storage;
}

describeVectorStore("SqliteVectorStore", async (embeddings, readDocuments) => {
  const { vectors } = await openStorage();
  return new SqliteVectorStore(embeddings, { vectors, collection: "test", readDocuments });
});

test("collections of one file do not see each other", async () => {
  const { vectors } = await openStorage();
  const [one, other] = ["one", "other"].map(
    (collection) => new SqliteVectorStore(new FakeEmbeddings(), { vectors, collection }),
  );
  await one!.addVectors([[1, 0]], [{ pageContent: "", metadata: {} }], { ids: ["a"] });
  await other!.delete({ ids: ["a"] });
  expect(await one!.ids()).toEqual(["a"]);
  expect(await other!.similaritySearchVectorWithScore([1, 0], 1)).toEqual([]);
});
