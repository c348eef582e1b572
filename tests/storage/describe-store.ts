import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { type BaseStore, InvalidNamespaceError } from "@langchain/langgraph-checkpoint";
import { expect, test } from "vitest";

/** Embeds a text as how often it has each of three letters: what is near can be told by hand. */
export const letterEmbeddings: EmbeddingsInterface = {
  embedQuery: async (text) => ["a", "b", "c"].map((letter) => text.split(letter).length - 1),
  embedDocuments: (texts) => Promise.all(texts.map((text) => letterEmbeddings.embedQuery(text))),
};

/** What a store does, as LangGraph's own InMemoryStore. `index` asks for one that embeds the field `text` with `letterEmbeddings`. */
export function describeStore(name: string, createStore: (options: { index: boolean }) => Promise<BaseStore>): void {
  const open = () => createStore({ index: false });
  const keysOf = (items: { key: string }[]) => items.map(({ key }) => key);

  test(`${name}: an item is read as it was put, and what is unknown as null`, async () => {
    const store = await open();
    await store.put(["users", "ann"], "likes", { food: ["pão", "🍊"], n: 1.5, none: null });
    const item = await store.get(["users", "ann"], "likes");
    expect(item).toMatchObject({
      namespace: ["users", "ann"],
      key: "likes",
      value: { food: ["pão", "🍊"], none: null },
    });
    expect(item?.createdAt).toBeInstanceOf(Date);
    expect(await store.get(["users"], "likes")).toBeNull();
    expect(await store.get(["users", "ann"], "")).toBeNull();
  });

  test(`${name}: keys are told apart by every character`, async () => {
    const store = await open();
    const keys = ["", "a", "a\0", "a\0b", "A", "é", "e\u0301", "🍊", "a:b", "a.b", "%", "'"];
    for (const key of keys) await store.put(["n"], key, { key });
    expect(keysOf(await store.search(["n"], { limit: 100 }))).toEqual(keys);
    for (const key of keys) expect((await store.get(["n"], key))?.value).toEqual({ key });
  });

  test(`${name}: a second put replaces the value and keeps when the item was made`, async () => {
    const store = await open();
    await store.put(["n"], "k", { version: 1 });
    const first = await store.get(["n"], "k");
    const created = first?.createdAt.getTime();
    await store.put(["n"], "k", { version: 2 });
    const second = await store.get(["n"], "k");
    expect(second?.value).toEqual({ version: 2 });
    expect(second?.createdAt.getTime()).toBe(created);
  });

  test(`${name}: a deleted item is gone, and deleting it again is no error`, async () => {
    const store = await open();
    await store.put(["n"], "k", { here: true });
    await store.delete(["n"], "k");
    await store.delete(["n"], "k");
    expect(await store.get(["n"], "k")).toBeNull();
    expect(await store.search(["n"])).toEqual([]);
  });

  test(`${name}: a search answers what is at and below its prefix, no label by half`, async () => {
    const store = await open();
    await store.put(["a"], "1", {});
    await store.put(["a", "b"], "2", {});
    await store.put(["ab"], "3", {});
    await store.put(["b", "a"], "4", {});
    expect(keysOf(await store.search(["a"]))).toEqual(["1", "2"]);
    expect(keysOf(await store.search(["a", "b"]))).toEqual(["2"]);
    expect(keysOf(await store.search([]))).toEqual(["1", "2", "3", "4"]);
  });

  test(`${name}: a filter compares fields by value and by operators`, async () => {
    const store = await open();
    for (const n of [1, 2, 3, 4]) await store.put(["n"], String(n), { n, even: n % 2 === 0 });
    const found = async (filter: Record<string, unknown>) => keysOf(await store.search(["n"], { filter }));
    expect(await found({ even: true })).toEqual(["2", "4"]);
    expect(await found({ n: { $gt: 1, $lte: 3 } })).toEqual(["2", "3"]);
    expect(await found({ n: { $gte: 4 } })).toEqual(["4"]);
    expect(await found({ n: { $lt: 2 } })).toEqual(["1"]);
    expect(await found({ n: { $eq: 3 } })).toEqual(["3"]);
    expect(await found({ n: { $ne: 3 }, even: false })).toEqual(["1"]);
    expect(await found({ n: { $in: [1, 9] } })).toEqual(["1"]);
    expect(await found({ missing: 1 })).toEqual([]);
  });

  test(`${name}: limit and offset page through a search`, async () => {
    const store = await open();
    for (let n = 0; n < 12; n++) await store.put(["n"], `k${n}`, { odd: n % 2 });
    expect(await store.search(["n"])).toHaveLength(10);
    expect(keysOf(await store.search(["n"], { limit: 3, offset: 10 }))).toEqual(["k10", "k11"]);
    expect(keysOf(await store.search(["n"], { filter: { odd: 1 }, limit: 2, offset: 1 }))).toEqual(["k3", "k5"]);
  });

  test(`${name}: namespaces are listed by prefix, suffix, wildcard and depth`, async () => {
    const store = await open();
    for (const namespace of [
      ["a", "x"],
      ["a", "y", "deep"],
      ["b", "x"],
    ])
      await store.put(namespace, "k", {});
    expect(await store.listNamespaces()).toEqual([
      ["a", "x"],
      ["a", "y", "deep"],
      ["b", "x"],
    ]);
    expect(await store.listNamespaces({ prefix: ["a"] })).toEqual([
      ["a", "x"],
      ["a", "y", "deep"],
    ]);
    expect(await store.listNamespaces({ suffix: ["x"] })).toEqual([
      ["a", "x"],
      ["b", "x"],
    ]);
    expect(await store.listNamespaces({ prefix: ["*", "x"] })).toEqual([
      ["a", "x"],
      ["b", "x"],
    ]);
    expect(await store.listNamespaces({ suffix: [], prefix: ["b"] })).toEqual([["b", "x"]]);
    expect(await store.listNamespaces({ suffix: ["a", "y", "deep", "er"] })).toEqual([]);
    expect(await store.listNamespaces({ maxDepth: 1 })).toEqual([["a"], ["b"]]);
    expect(await store.listNamespaces({ limit: 1, offset: 1 })).toEqual([["a", "y", "deep"]]);
  });

  test(`${name}: the reads of a batch see what was there before it, and its last put of a key counts`, async () => {
    const store = await open();
    await store.put(["n"], "k", { version: 1 });
    const [read] = await store.batch([
      { namespace: ["n"], key: "k" },
      { namespace: ["n"], key: "k", value: { version: 2 } },
      { namespace: ["n"], key: "k", value: { version: 3 } },
    ]);
    expect((read as { value: unknown }).value).toMatchObject({ version: expect.any(Number) });
    expect((await store.get(["n"], "k"))?.value).toEqual({ version: 3 });
  });

  test(`${name}: a namespace that is empty, reserved or cannot be told apart is refused`, async () => {
    const store = await open();
    for (const namespace of [[], [""], ["a.b"], ["a:b"], ["langgraph"]]) {
      await expect(store.put(namespace, "k", {})).rejects.toThrow(InvalidNamespaceError);
    }
    await expect(store.batch([{ namespace: ["a:b"], key: "k", value: {} }])).rejects.toThrow(InvalidNamespaceError);
    await expect(store.batch([{ namespacePrefix: ["a:b"] }])).rejects.toThrow(InvalidNamespaceError);
  });

  test(`${name}: with an index a query answers the nearest first, with scores, and what is not indexed last`, async () => {
    const store = await createStore({ index: true });
    await store.put(["n"], "unindexed", { text: "bbb" }, false);
    await store.put(["n"], "a", { text: "aaa" });
    await store.put(["n"], "b", { text: "bbb" });
    await store.put(["n"], "ab", { text: "ab" });
    await store.put(["n"], "other", { title: "bbb", text: "ccc" }, ["title"]);
    const found = await store.search(["n"], { query: "bb" });
    expect(new Set(keysOf(found.slice(0, 2)))).toEqual(new Set(["b", "other"]));
    expect(keysOf(found.slice(2))).toEqual(["ab", "a", "unindexed"]);
    expect(found[0]?.score).toBeCloseTo(1);
    expect(found[2]?.score).toBeCloseTo(Math.SQRT1_2);
    expect(found[4]?.score).toBeUndefined();
  });
}
