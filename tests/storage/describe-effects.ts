import { describe, expect, test } from "vitest";
import type { NewEffect } from "../../storage/storage.ts";
import { claimNew, deadWorker, openAt, type OpenStorage, refused, worker } from "./fixture.ts";

const started_at = "2026-01-01T12:00:00.000Z";
const pay: NewEffect = { thread_id: "thread", key: "pay", run_id: "run", attempt: 1, started_at };

/** What every storage does with side effects. */
export function describeEffects(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: effects`, () => {
    test("of several who begin one effect a single one starts it; the others get its row", async () => {
      const effects = (await open()).effectsFor();
      const rows = await Promise.all([effects.begin(pay), effects.begin({ ...pay, run_id: "other" })]);
      expect(rows).toEqual([undefined, { ...pay, status: "started", result: null, task: null, asks: 0 }]);
      expect(await effects.begin({ ...pay, thread_id: "another" })).toBeUndefined();
    });

    test("a finished effect keeps its first result, whatever comes after it", async () => {
      const effects = (await open()).effectsFor();
      await effects.begin(pay);
      expect(await effects.finish(pay, "7")).toBe(true);
      expect(await effects.finish(pay, "8")).toBe(false);
      expect(await effects.ask(pay, "task", 1)).toBe(false);
      await effects.forget(pay);
      expect(await effects.begin(pay)).toMatchObject({ status: "finished", result: "7", asks: 0 });
    });

    test("one that starts again is out of the hands of who started it before", async () => {
      const effects = (await open()).effectsFor();
      await effects.begin(pay);
      await effects.ask(pay, "task", 1);
      const known = await effects.begin(pay);
      expect(known).toMatchObject({ status: "asked", task: "task", asks: 1 });
      const again = { ...pay, attempt: 2 };
      expect(await effects.begin(again, known)).toBeUndefined();
      expect(await effects.begin(again, known)).toMatchObject({ status: "started", attempt: 2, asks: 1 });
      expect(await effects.finish(pay, "7")).toBe(false);
      expect(await effects.finish(again, "8")).toBe(true);
    });

    test("a claim that is stale starts nothing, but what it did before is recorded", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "thread", deadWorker);
      const effects = storage.effectsFor(claim);
      const effect = { ...pay, ...claim };
      await effects.begin(effect);
      await storage.runs.claim(worker);
      await expect(effects.begin({ ...effect, key: "mail" })).rejects.toEqual(refused("claim_stale"));
      expect(await effects.finish(effect, "7")).toBe(true);
    });

    test("they go with their thread", async () => {
      const storage = await open();
      const effects = storage.effectsFor();
      await storage.threads.create({ thread_id: "thread", metadata: {} }, { if_exists: "raise" });
      await effects.begin(pay);
      await storage.threads.delete("thread");
      expect(await effects.begin(pay)).toBeUndefined();
    });
  });
}
