import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { describe, expect, test, vi } from "vitest";
import type { MetadataFilters } from "../../storage/storage.ts";
import {
  checkpointMetadata,
  claimNew,
  newEvent,
  newRun,
  openAt,
  type OpenStorage,
  refused,
  success,
  worker,
} from "./fixture.ts";

/** What every storage does with threads. */
export function describeThreads(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: threads`, () => {
    test("a new thread is idle, and update merges its metadata", async () => {
      const { threads } = await open();
      const created = await threads.create({ thread_id: "t", metadata: { a: 1, b: 1 } }, { if_exists: "raise" });
      expect(created).toMatchObject({ thread_id: "t", status: "idle", error: null, metadata: { a: 1, b: 1 } });
      expect(await threads.get("t")).toEqual(created);
      await threads.update("t", { metadata: { b: 2 } });
      expect((await threads.get("t")).metadata).toEqual({ a: 1, b: 2 });
    });

    test("creating one that exists raises, or answers the one that is there", async () => {
      const { threads } = await open();
      await threads.create({ thread_id: "t", metadata: { a: 1 } }, { if_exists: "raise" });
      const again = { thread_id: "t", metadata: {} };
      await expect(threads.create(again, { if_exists: "raise" })).rejects.toEqual(refused("thread_exists"));
      expect((await threads.create(again, { if_exists: "do_nothing" })).metadata).toEqual({ a: 1 });
    });

    test("an unknown thread is refused by every method", async () => {
      const { threads, runs } = await open();
      await expect(threads.get("t")).rejects.toEqual(refused("thread_not_found"));
      await expect(threads.update("t", { metadata: {} })).rejects.toEqual(refused("thread_not_found"));
      await expect(threads.delete("t")).rejects.toEqual(refused("thread_not_found"));
      const run = newRun("t", { if_not_exists: "reject" });
      await expect(runs.create(run)).rejects.toEqual(refused("thread_not_found"));
    });

    test("deleting a thread deletes its runs, events and checkpoints, and those of no other", async () => {
      const storage = await open();
      for (const thread_id of ["t", "other"]) {
        const claim = await claimNew(storage, thread_id);
        await storage.events.append(claim, [newEvent("1")]);
        const config = { configurable: { thread_id } };
        const saved = await storage.checkpointerFor(claim).put(config, emptyCheckpoint(), checkpointMetadata, {});
        await storage.checkpointerFor(claim).putWrites(saved, [["n", 1]], "task");
      }
      const { run_id } = (await storage.runs.list({ thread_id: "t", limit: 1, offset: 0 })).rows[0]!;
      const woken = vi.fn();
      storage.events.subscribe(run_id, woken);
      await storage.threads.delete("t");
      expect(woken).toHaveBeenCalled();
      await expect(storage.threads.get("t")).rejects.toEqual(refused("thread_not_found"));
      await expect(storage.runs.get(run_id)).rejects.toEqual(refused("run_not_found"));
      expect(await storage.events.list(run_id, { after: -1, limit: 9 })).toEqual([]);
      expect(await storage.checkpointer.getTuple({ configurable: { thread_id: "t" } })).toBeUndefined();

      const [other] = (await storage.runs.list({ thread_id: "other", limit: 1, offset: 0 })).rows;
      expect(await storage.events.list(other!.run_id, { after: -1, limit: 9 })).toHaveLength(1);
      const kept = await storage.checkpointer.getTuple({ configurable: { thread_id: "other" } });
      expect(kept?.pendingWrites).toEqual([["task", "n", 1]]);
    });

    test("what filters hide is not there, for any method", async () => {
      const { threads } = await open();
      await threads.create({ thread_id: "t", metadata: { owner: "Ada", teams: ["red"] } }, { if_exists: "raise" });
      const visible: MetadataFilters[] = [
        {},
        { owner: "Ada" },
        { owner: { $eq: "Ada" } },
        { teams: { $contains: ["red"] } },
      ];
      const hidden: MetadataFilters[] = [
        { owner: "Grace" },
        { teams: { $contains: "blue" } },
        { other: undefined as never },
        { owner: {} },
      ];
      const query = { limit: 9, offset: 0, sort_by: "created_at", sort_order: "asc" } as const;
      for (const filters of visible) {
        expect((await threads.get("t", filters)).thread_id).toBe("t");
        expect(await threads.search({ ...query, filters })).toMatchObject({ total: 1, rows: [{ thread_id: "t" }] });
      }
      for (const filters of hidden) {
        await expect(threads.get("t", filters)).rejects.toEqual(refused("thread_not_found"));
        await expect(threads.update("t", {}, filters)).rejects.toEqual(refused("thread_not_found"));
        await expect(threads.delete("t", filters)).rejects.toEqual(refused("thread_not_found"));
        const again = threads.create({ thread_id: "t", metadata: {} }, { if_exists: "do_nothing", filters });
        await expect(again).rejects.toEqual(refused("thread_exists"));
        expect(await threads.search({ ...query, filters })).toEqual({ total: 0, rows: [] });
        expect(await threads.count({ filters })).toBe(0);
      }
    });

    test("the search follows metadata that is changed, and forgets that of deleted threads", async () => {
      const { threads } = await open();
      await threads.create({ thread_id: "t", metadata: { a: "x", b: true } }, { if_exists: "raise" });
      await threads.update("t", { metadata: { a: "y" } });
      const count = (metadata: object) => threads.count({ metadata: { ...metadata } });
      expect([await count({ a: "x" }), await count({ a: "y", b: true }), await count({ b: 1 })]).toEqual([0, 1, 0]);
      await threads.delete("t");
      await threads.create({ thread_id: "t", metadata: {} }, { if_exists: "raise" });
      expect([await count({ a: "y" }), await count({ b: true }), await count({})]).toEqual([0, 0, 1]);
    });

    test("a copy has the state, metadata and ttl, but none of the runs, and goes its own way", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "t");
      const config = { configurable: { thread_id: "t" } };
      const checkpoint = { ...emptyCheckpoint(), channel_values: { log: ["a"] }, channel_versions: { log: 1 } };
      await storage.checkpointerFor(claim).put(config, checkpoint, checkpointMetadata, { log: 1 });
      await storage.threads.update("t", { ttl: { strategy: "delete", ttl_minutes: 5 } });
      const copy = await storage.threads.copy("t", { thread_id: "copy", metadata: { b: 1 } });
      expect(copy).toMatchObject({ status: "interrupted", metadata: { b: 1 }, ttl: { ttl_minutes: 5 } });
      await storage.threads.delete("t");
      const kept = await storage.checkpointer.getTuple({ configurable: { thread_id: "copy" } });
      expect(kept?.checkpoint.channel_values).toEqual({ log: ["a"] });
      expect((await storage.runs.list({ thread_id: "copy", limit: 1, offset: 0 })).total).toBe(0);
      const missing = storage.threads.copy("t", { thread_id: "other", metadata: {} });
      await expect(missing).rejects.toEqual(refused("thread_not_found"));
    });

    test("deleteTemporary deletes the temporary threads whose runs have ended", async () => {
      const storage = await open();
      await storage.runs.create(newRun("ended", { temporary: true }));
      const ended = (await storage.runs.claim(worker))!;
      await storage.runs.finish(ended, success);
      await storage.runs.create(newRun("going", { temporary: true }));
      await storage.threads.create({ thread_id: "lasting", metadata: {} }, { if_exists: "raise" });
      expect(await storage.threads.deleteTemporary()).toBe(1);
      await expect(storage.threads.get("ended")).rejects.toEqual(refused("thread_not_found"));
      expect((await storage.threads.get("going")).status).toBe("busy");
      expect((await storage.threads.get("lasting")).status).toBe("idle");
    });
  });
}
