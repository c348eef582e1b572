import { setImmediate } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import type { EventStorage, NewEvent } from "../../storage/storage.ts";
import { createEventWriter } from "./event-writer.ts";

const claim = { run_id: "r", thread_id: "t", attempt: 1 };
const onFailure = (error: unknown) => expect.fail(String(error));
const event = (data: string): NewEvent => ({ event: "values", data });

function recordBatches(append: (batch: string[]) => Promise<void> = async () => {}) {
  const batches: string[][] = [];
  const storage = {
    append: (_: unknown, events: NewEvent[]) => {
      const batch = events.map(({ data }) => data);
      batches.push(batch);
      return append(batch);
    },
  } as unknown as EventStorage;
  return { storage, batches };
}

test("what comes in one turn is committed as one batch when a client reads", async () => {
  const { storage, batches } = recordBatches();
  const writer = createEventWriter(storage, claim, { isWatched: () => true, onFailure });
  writer.push(event("1"));
  writer.push(event("2"));
  await setImmediate();
  writer.push(event("3"));
  await setImmediate();
  expect(batches).toEqual([["1", "2"], ["3"]]);
  expect(await writer.rest()).toEqual([]);
});

test("events of a short run that nobody reads are left for the commit that ends it", async () => {
  const { storage, batches } = recordBatches();
  const writer = createEventWriter(storage, claim, { isWatched: () => false, onFailure });
  writer.push(event("1"));
  await setImmediate();
  writer.push(event("2"));
  expect(await writer.rest()).toEqual([event("1"), event("2")]);
  expect(batches).toEqual([]);
});

test("a batch waits for the one before it, and the rest is what no batch took", async () => {
  const first = Promise.withResolvers<void>();
  const { storage, batches } = recordBatches(() => first.promise);
  const writer = createEventWriter(storage, claim, { isWatched: () => true, onFailure });
  writer.push(event("1"));
  await setImmediate();
  writer.push(event("2"));
  await setImmediate();
  expect(batches).toEqual([["1"]]);
  const rest = writer.rest();
  first.resolve();
  expect(await rest).toEqual([event("2")]);
  expect(batches).toEqual([["1"]]);
});

test("a commit that fails is told once, and nothing is written after it", async () => {
  const { storage, batches } = recordBatches(() => Promise.reject(new Error("full")));
  const told = vi.fn();
  const writer = createEventWriter(storage, claim, { isWatched: () => true, onFailure: told });
  writer.push(event("1"));
  await setImmediate();
  writer.push(event("2"));
  await setImmediate();
  expect(batches).toEqual([["1"]]);
  expect(told).toHaveBeenCalledExactlyOnceWith(new Error("full"));
});
