import { describe, expect, test } from "vitest";
import type { Storage } from "../../storage/storage.ts";
import { newRun, openAt, type OpenStorage, success, worker } from "./fixture.ts";

const webhook = { started_at: "2026-01-01T00:00:00.000Z", values: '{"log":["done"]}' };
const asking = { kwargs: { webhook: "https://example.com/hook" } };

async function endRun(storage: Storage, thread_id: string, kwargs: Record<string, unknown> = {}): Promise<string> {
  const { run } = await storage.runs.create(newRun(thread_id, { kwargs: { ...asking.kwargs, ...kwargs } }), worker);
  await storage.runs.finish(run, { ...success, webhook });
  return run.run_id;
}

/** How webhooks wait for being delivered, on every storage. */
export function describeWebhooks(name: string, createPlace: () => OpenStorage): void {
  describe(`${name}: webhooks`, () => {
    test("the end of a run writes down its webhook, which another process finds", async () => {
      const place = createPlace();
      const before = await place();
      const config = { configurable: { langgraph_auth_user: { token: "secret" }, "x-token": "secret", topic: "tide" } };
      const run_id = await endRun(before, "t", { config });
      await before.close();

      const storage = await openAt(place);
      const claimed = await storage.webhooks.claim(1_000);
      expect(claimed).toMatchObject({ run_id, url: "https://example.com/hook", attempt: 1 });
      expect(claimed!.payload).not.toContain("secret");
      expect(JSON.parse(claimed!.payload)).toMatchObject({
        run_id,
        thread_id: "t",
        status: "success",
        kwargs: { config: { configurable: { topic: "tide" } } },
        run_started_at: webhook.started_at,
        run_ended_at: (await storage.runs.get(run_id)).updated_at,
        values: { log: ["done"] },
      });
    });

    test("of two processes one gets a webhook, until the lease of the first is over", async () => {
      const place = createPlace();
      const [one, other] = [await openAt(place), await openAt(place)];
      await endRun(one, "t");
      const claims = await Promise.all([one.webhooks.claim(60_000), other.webhooks.claim(60_000)]);
      expect(claims.filter(Boolean)).toHaveLength(1);
      await one.webhooks.settle(claims.find(Boolean)!, { retry_at: Date.now() - 1 });
      const lost = await one.webhooks.claim(-1);
      const again = await other.webhooks.claim(60_000);
      expect([lost?.attempt, again?.attempt]).toEqual([2, 3]);
      await other.webhooks.settle(again!, { retry_at: 5 });
      // The first comes back too late.
      await one.webhooks.settle(lost!, { failure: "late" });
      expect(await one.webhooks.nextDue()).toBe(5);
    });

    test("a webhook that arrived is gone, and one that is given up is kept for days", async () => {
      const storage = await openAt(createPlace());
      await endRun(storage, "t");
      const first = await storage.webhooks.claim(1_000);
      await storage.webhooks.settle(first!, { failure: "410" });
      expect(await storage.webhooks.nextDue()).toBeGreaterThan(Date.now() + 6 * 24 * 3600 * 1000);
      await endRun(storage, "t");
      const second = await storage.webhooks.claim(1_000);
      await storage.webhooks.settle(second!, { delivered: true });
      expect(await storage.webhooks.claim(1_000)).toBeUndefined();
      await storage.threads.delete("t");
      expect(await storage.webhooks.nextDue()).toBeUndefined();
    });

    test("a pending run that is cancelled has its webhook, one that is rolled back has none", async () => {
      const storage = await openAt(createPlace());
      await storage.runs.create(newRun("t"), worker);
      const { run } = await storage.runs.create(newRun("t", asking));
      const { run: gone } = await storage.runs.create(newRun("t", asking));
      await storage.runs.requestCancel({ run_ids: [gone.run_id], action: "rollback" });
      expect(await storage.webhooks.nextDue()).toBeUndefined();
      await storage.runs.requestCancel({ run_ids: [run.run_id], action: "interrupt" });
      const claimed = await storage.webhooks.claim(1_000);
      expect(JSON.parse(claimed!.payload)).toMatchObject({ run_id: run.run_id, status: "interrupted", values: null });
    });

    test("a running run that is cancelled has one webhook", async () => {
      const storage = await openAt(createPlace());
      const { run } = await storage.runs.create(newRun("t", asking), worker);
      await storage.runs.requestCancel({ run_ids: [run.run_id], action: "interrupt" });
      await storage.runs.finish(run, { ...success, status: "interrupted", webhook });
      const claimed = await storage.webhooks.claim(60_000);
      expect(JSON.parse(claimed!.payload)).toMatchObject({ status: "interrupted", values: { log: ["done"] } });
      expect(await storage.webhooks.claim(60_000)).toBeUndefined();
    });

    test("the webhook of a thread that goes with its run outlives it", async () => {
      const storage = await openAt(createPlace());
      const run_id = await endRun(storage, "t", { temporary: true });
      await storage.threads.delete("t");
      expect(await storage.webhooks.claim(1_000)).toMatchObject({ run_id });
    });
  });
}
