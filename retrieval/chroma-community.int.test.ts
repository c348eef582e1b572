import { randomUUID } from "node:crypto";
import { Chroma } from "@langchain/community/vectorstores/chroma";
import { Document } from "@langchain/core/documents";
import { FakeEmbeddings } from "@langchain/core/utils/testing";
import { ChromaClient } from "chromadb";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { ChromaVectorStore } from "./chroma-vector-store.ts";

const chroma = inject("chroma");

/** Points on a quarter of a circle: no two are equally near to any question. */
const vectors = Array.from({ length: 40 }, (_, index) => [Math.cos(index / 26), Math.sin(index / 26), 0.1]);
const documents = vectors.map(
  (_, index) => new Document({ pageContent: `text ${index}`, metadata: { half: index < 20 ? "first" : "second" } }),
);
const ids = vectors.map((_, index) => `id-${index}`);

/** One collection, opened by our class and by LangChain's own. */
async function openBoth() {
  const { hostname: host, port } = new URL(chroma!.url);
  const client = new ChromaClient({ host, port: Number(port) });
  const name = `test-${randomUUID()}`;
  const ours = await ChromaVectorStore.open(new FakeEmbeddings(), { url: chroma!.url, collection: name });
  onTestFinished(() => client.deleteCollection({ name }));
  const theirs = new Chroma(new FakeEmbeddings(), { index: client, collectionName: name });
  return { ours, theirs };
}

describe.skipIf(!chroma)("beside LangChain's Chroma class", () => {
  test.for(["ours", "theirs"] as const)("what %s wrote is answered alike by both, filters included", async (writer) => {
    const both = await openBoth();
    await both[writer].addVectors(vectors, documents, { ids });
    for (const filter of [undefined, { half: "second" }]) {
      const mine = await both.ours.similaritySearchVectorWithScore([1, 1, 0], 10, filter);
      const other = await both.theirs.similaritySearchVectorWithScore([1, 1, 0], 10, filter);
      expect(mine).toHaveLength(10);
      expect(mine.map(([{ id }]) => id)).toEqual(other.map(([{ id }]) => id));
      expect(mine.map(([{ metadata }]) => metadata)).toEqual(other.map(([{ metadata }]) => metadata));
      // Theirs tells the distance, ours the similarity.
      for (const [index, [, distance]] of other.entries()) expect(mine[index]![1]).toBeCloseTo(1 - distance, 5);
    }
  });

  test("what one deletes the other finds no more", async () => {
    const { ours, theirs } = await openBoth();
    await ours.addVectors(vectors, documents, { ids });
    await theirs.delete({ ids: ["id-0"] });
    await ours.delete({ ids: ["id-1"] });
    for (const store of [ours, theirs]) {
      const [nearest] = await store.similaritySearchVectorWithScore([1, 0, 0], 1);
      expect(nearest![0].id).toBe("id-2");
    }
  });
});
