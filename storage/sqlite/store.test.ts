import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InMemoryStore } from "@langchain/langgraph-checkpoint";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { describeStore, letterEmbeddings } from "../../tests/storage/describe-store.ts";
import type { StoreSettings } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const index = { embeddings: letterEmbeddings, fields: ["text"] };

async function open(store?: StoreSettings, path = join(makeTemporaryFolder(), "store.db")) {
  const storage = await openSqliteStorage({ path, store });
  onTestFinished(() => storage.close());
  return storage.store;
}

describeStore("InMemoryStore", async (options) =>
  // LangGraph's type wants the class of embeddings where the interface does.
  options.index ? new InMemoryStore({ index: { ...index, dims: 3 } as never }) : new InMemoryStore(),
);
describeStore("SQLite", (options) => open(options.index ? { index } : undefined));

test("without an index a query answers first what shares its words, rare words before common ones", async () => {
  const store = await open();
  await store.put(["m"], "coffee", { text: "The user takes coffee without milk" });
  await store.put(["m"], "tea", { text: "The user dislikes tea" });
  await store.put(["m"], "city", { text: "Lives in Porto" });
  const found = await store.search(["m"], { query: "does the user drink coffees?" });
  expect(found.map(({ key }) => key)).toEqual(["coffee", "tea", "city"]);
  expect(found.map(({ score }) => score !== undefined)).toEqual([true, true, false]);
});

test("an item that has outlived its time is not answered, and swept down to its bytes", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const path = join(makeTemporaryFolder(), "store.db");
  const store = await open({ ttl: { default_ttl: 10, refresh_on_read: false } }, path);
  await store.put(["n"], "default", { secret: "otter" });
  await store.putItem(["n"], "long", {}, { ttl: 60 });
  await store.putItem(["n"], "ever", {}, { ttl: null });
  vi.advanceTimersByTime(11 * 60_000);
  expect(await store.get(["n"], "default")).toBeNull();
  expect((await store.search(["n"])).map(({ key }) => key)).toEqual(["long", "ever"]);
  expect(await store.sweep()).toBe(1);
  expect(readFileSync(path).includes("otter") || readFileSync(`${path}-wal`).includes("otter")).toBe(false);
});

test("a read gives an item its lifetime again unless it says not to", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const store = await open({ ttl: { default_ttl: 10 } });
  await store.put(["n"], "read", {});
  await store.put(["n"], "peeked", {});
  vi.advanceTimersByTime(9 * 60_000);
  await store.get(["n"], "read");
  await store.getItem(["n"], "peeked", { refresh_ttl: false });
  vi.advanceTimersByTime(9 * 60_000);
  expect(await store.get(["n"], "read")).not.toBeNull();
  expect(await store.get(["n"], "peeked")).toBeNull();
});

test("an item that cannot be embedded is not written, and the one before it stays", async () => {
  let fails = false;
  const embeddings = {
    ...letterEmbeddings,
    embedDocuments: (texts: string[]) =>
      fails ? Promise.reject(new Error("no")) : letterEmbeddings.embedDocuments(texts),
  };
  const store = await open({ index: { embeddings, fields: ["text"] } });
  await store.put(["n"], "k", { text: "a" });
  fails = true;
  await expect(store.put(["n"], "k", { text: "b" })).rejects.toThrow("no");
  expect((await store.get(["n"], "k"))?.value).toEqual({ text: "a" });
});

test("a value that is no object, or is nested too deeply to be read again, is not written", async () => {
  const store = await open();
  let deep: Record<string, unknown> = {};
  for (let depth = 0; depth < 1_100; depth++) deep = { deep };
  for (const value of ["text", ["list"], 7, deep]) {
    await expect(store.put(["n"], "k", value as object)).rejects.toMatchObject({ code: "invalid_request" });
  }
  expect(await store.get(["n"], "k")).toBeNull();
});

test("vectors of another model's dimensions say nothing of an item", async () => {
  const path = join(makeTemporaryFolder(), "store.db");
  const old = await openSqliteStorage({ path, store: { index } });
  await old.store.put(["n"], "old", { text: "abc" });
  await old.close();
  const pair = { embedQuery: async () => [1, 0], embedDocuments: async (texts: string[]) => texts.map(() => [1, 0]) };
  const store = await open({ index: { embeddings: pair, fields: ["text"] } }, path);
  await store.put(["n"], "new", { text: "abc" });
  const found = await store.search(["n"], { query: "abc" });
  expect(found.map(({ key, score }) => [key, score])).toEqual([
    ["new", 1],
    ["old", undefined],
  ]);
});

test("a deleted item leaves the files at once", async () => {
  const path = join(makeTemporaryFolder(), "store.db");
  const store = await open({}, path);
  await store.put(["n"], "k", { secret: "otter" });
  await store.put(["n"], "kept", { secret: "badger" });
  const holds = (word: string) => [path, `${path}-wal`].some((file) => readFileSync(file).includes(word));
  expect(holds("otter")).toBe(true);
  await store.delete(["n"], "k");
  expect([holds("otter"), holds("badger")]).toEqual([false, true]);
});
