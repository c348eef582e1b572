import { Document } from "@langchain/core/documents";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { FakeEmbeddings } from "@langchain/core/utils/testing";
import { describe, expect, test } from "vitest";
import type { ReadDocuments, VectorIndex } from "../retrieval/vector-index.ts";

/** Opens an empty store; the test's end closes it. */
type OpenStore = (embeddings: EmbeddingsInterface, readDocuments?: ReadDocuments) => Promise<VectorIndex>;

const documents = [
  new Document({ pageContent: "north", metadata: { folder: "a", size: 1 } }),
  new Document({ pageContent: "north-east", metadata: { folder: "a", size: 2 } }),
  new Document({ pageContent: "east", metadata: { folder: "b", size: 1 } }),
];
const vectors = [
  [0, 1, 0],
  [3, 3, 0],
  [1, 0, 0],
];
const ids = ["n", "ne", "e"];

/** What every vector store here does, whatever keeps its vectors. */
export function describeVectorStore(name: string, open: OpenStore): void {
  describe(name, () => {
    const filled = async (readDocuments?: ReadDocuments) => {
      const store = await open(new FakeEmbeddings(), readDocuments);
      await store.addVectors(vectors, documents, { ids });
      return store;
    };

    test("the nearest come first, with their cosine similarity as score", async () => {
      const found = await (await filled()).similaritySearchVectorWithScore([0, 2, 0], 3);
      expect(found.map(([{ id }]) => id)).toEqual(["n", "ne", "e"]);
      for (const [index, score] of [1, Math.SQRT1_2, 0].entries()) expect(found[index]![1]).toBeCloseTo(score, 4);
    });

    test("no more than asked for come back, and no more than there are", async () => {
      const store = await filled();
      expect(await store.similaritySearchVectorWithScore([0, 1, 0], 2)).toHaveLength(2);
      expect(await store.similaritySearchVectorWithScore([0, 1, 0], 50)).toHaveLength(3);
    });

    test("an empty store finds nothing", async () => {
      const store = await open(new FakeEmbeddings());
      expect(await store.similaritySearchVectorWithScore([0, 1, 0], 5)).toEqual([]);
      expect(await store.ids()).toEqual([]);
    });

    test("a known id is replaced, not doubled", async () => {
      const store = await filled();
      await store.addVectors([[0, 1, 0]], [documents[2]!], { ids: ["e"] });
      expect((await store.ids()).toSorted()).toEqual(["e", "n", "ne"]);
      const found = await store.similaritySearchVectorWithScore([0, 1, 0], 2);
      expect(new Set(found.map(([{ id }]) => id))).toEqual(new Set(["e", "n"]));
    });

    test("without ids, the same document added again is the same entry", async () => {
      const store = await open(new FakeEmbeddings());
      const first = await store.addDocuments(documents);
      const second = await store.addDocuments(documents);
      expect(second).toEqual(first);
      expect(new Set(await store.ids())).toEqual(new Set(first as string[]));
    });

    test("deleted ids are found no more, and unknown ones are passed over", async () => {
      const store = await filled();
      await store.delete({ ids: ["n", "unknown"] });
      expect((await store.ids()).toSorted()).toEqual(["e", "ne"]);
      const found = await store.similaritySearchVectorWithScore([0, 1, 0], 3);
      expect(found.map(([{ id }]) => id)).toEqual(["ne", "e"]);
    });

    test("a filter asks all of its keys to agree", async () => {
      const store = await filled();
      const search = async (filter: Record<string, string | number>) =>
        (await store.similaritySearchVectorWithScore([1, 0, 0], 3, filter)).map(([{ id }]) => id);
      expect(await search({ folder: "a" })).toEqual(["ne", "n"]);
      expect(await search({ folder: "a", size: 1 })).toEqual(["n"]);
      expect(await search({ folder: "c" })).toEqual([]);
    });

    test("texts are not kept: documents come from where they are read, and one that is gone is left out", async () => {
      const bare = await (await filled()).similaritySearchVectorWithScore([0, 1, 0], 1);
      expect(bare[0]![0]).toMatchObject({ id: "n", pageContent: "", metadata: { folder: "a", size: 1 } });
      const store = await filled(async (wanted) =>
        wanted.filter((id) => id !== "n").map((id) => new Document({ id, pageContent: `text of ${id}` })),
      );
      const found = await store.similaritySearchVectorWithScore([0, 1, 0], 2);
      expect(found.map(([{ pageContent }]) => pageContent)).toEqual(["text of ne"]);
    });

    test("more than one page of ids and vectors is kept whole", async () => {
      const store = await open(new FakeEmbeddings());
      const many = Array.from({ length: 2_345 }, (_, index) => index);
      await store.addVectors(
        many.map((index) => [Math.cos(index / 1_000), Math.sin(index / 1_000), 0]),
        many.map(() => new Document({ pageContent: "", metadata: {} })),
        { ids: many.map(String) },
      );
      expect(new Set(await store.ids())).toEqual(new Set(many.map(String)));
      const [best] = await store.similaritySearchVectorWithScore([Math.cos(1.5), Math.sin(1.5), 0], 1);
      expect(best![0].id).toBe("1500");
      await store.delete({ ids: many.map(String) });
      expect(await store.ids()).toEqual([]);
    });
  });
}
