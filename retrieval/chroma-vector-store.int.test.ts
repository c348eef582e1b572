import { randomUUID } from "node:crypto";
import { FakeEmbeddings } from "@langchain/core/utils/testing";
import { ChromaClient } from "chromadb";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { describeVectorStore } from "../tests/describe-vector-store.ts";
import { ChromaVectorStore } from "./chroma-vector-store.ts";

const chroma = inject("chroma");

describe.skipIf(!chroma)("with a real Chroma", () => {
  const client = () => {
    const { hostname: host, port } = new URL(chroma!.url);
    return new ChromaClient({ host, port: Number(port) });
  };

  describeVectorStore("ChromaVectorStore", async (embeddings, readDocuments) => {
    const collection = `test-${randomUUID()}`;
    const store = await ChromaVectorStore.open(embeddings, { url: chroma!.url, collection, readDocuments });
    onTestFinished(() => client().deleteCollection({ name: collection }));
    return store;
  });

  test("Chroma is given no text", async () => {
    const name = `test-${randomUUID()}`;
    onTestFinished(() => client().deleteCollection({ name }));
    const store = await ChromaVectorStore.open(new FakeEmbeddings(), { url: chroma!.url, collection: name });
    await store.addDocuments([{ pageContent: "a secret", metadata: { folder: "a", nested: { text: "another" } } }]);
    const collection = await client().getCollection({ name });
    const stored = await collection.get({ include: ["documents", "metadatas"] });
    expect(stored.documents).toEqual([null]);
    expect(stored.metadatas).toEqual([{ folder: "a" }]);
  });
});

test("a Chroma that does not answer is told with its URL and what to do", async () => {
  const open = ChromaVectorStore.open(new FakeEmbeddings(), { url: "http://127.0.0.1:9", collection: "test" });
  await expect(open).rejects.toMatchObject({
    code: "chroma_unreachable",
    message: expect.stringContaining('"http://127.0.0.1:9"'),
    hint: expect.stringContaining("CHROMA_URL"),
  });
});
