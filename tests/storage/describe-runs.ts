import { describe, expect, test, vi } from "vitest";
import { claimNew, deadWorker, newRun, openAt, type OpenStorage, refused, success, worker } from "./fixture.ts";

/** What every storage does with runs: their queue, and who may execute them. */
export function describeRuns(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: runs`, () => {
    test("a created run is pending and its thread busy", async () => {
      const storage = await open();
      const run = newRun("t", { thread_metadata: { graph_id: "graph" } });
      const { run: created } = await storage.runs.create(run);
      expect(created).toMatchObject({ run_id: run.run_id, status: "pending", attempt: 0, kwargs: { input: { n: 1 } } });
      expect(created).toMatchObject(await storage.runs.get(run.run_id));
      expect(await storage.threads.get("t")).toMatchObject({ status: "busy", metadata: { graph_id: "graph" } });
    });

    test("a run is found on its own thread only", async () => {
      const { runs } = await open();
      const {
        run: { run_id },
      } = await runs.create(newRun("t"));
      expect((await runs.get(run_id, "t")).run_id).toBe(run_id);
      await expect(runs.get(run_id, "other")).rejects.toEqual(refused("run_not_found"));
      await expect(runs.get("unknown")).rejects.toEqual(refused("run_not_found"));
    });

    test("reject refuses a run on a busy thread and leaves nothing of it", async () => {
      const storage = await open();
      const { run: first } = await storage.runs.create(newRun("t", { multitask_strategy: "reject" }));
      const second = newRun("t", { multitask_strategy: "reject", thread_metadata: { left: true } });
      await expect(storage.runs.create(second)).rejects.toEqual(refused("thread_busy"));
      await expect(storage.runs.get(second.run_id)).rejects.toEqual(refused("run_not_found"));
      expect((await storage.threads.get("t")).metadata).toEqual({});
      const run = (await storage.runs.claim(worker))!;
      expect(run.run_id).toBe(first.run_id);
      await storage.runs.finish(run, success);
      expect((await storage.runs.create(second)).run.status).toBe("pending");
    });

    test("runs are claimed oldest first, each once", async () => {
      const { runs } = await open();
      const created = [];
      for (const thread_id of ["a", "b", "c"]) created.push((await runs.create(newRun(thread_id))).run.run_id);
      const claims = [await runs.claim(worker), await runs.claim(worker), await runs.claim(worker)];
      expect(claims.map((run) => run?.run_id)).toEqual(created);
      expect(claims[0]).toMatchObject({ status: "running", attempt: 1, kwargs: { input: { n: 1 } } });
      expect(await runs.claim(worker)).toBeUndefined();
    });

    test("a run created for a worker is claimed in the same commit, unless it has to wait", async () => {
      const { runs } = await open();
      const { run: first } = await runs.create(newRun("t"), worker);
      const { run: second } = await runs.create(newRun("t"), worker);
      expect(first).toMatchObject({ status: "running", attempt: 1 });
      expect(second).toMatchObject({ status: "pending", attempt: 0 });
      expect(first).toMatchObject(await runs.get(first.run_id));
      expect(await runs.claim(worker)).toBeUndefined();
      await runs.finish(first, success);
      expect(await runs.claim(worker)).toMatchObject({ run_id: second.run_id, attempt: 1 });
      const { run: lost } = await runs.create(newRun("other"), deadWorker);
      expect(await runs.claim(worker)).toMatchObject({ run_id: lost.run_id, attempt: 2 });
    });

    test("a thread's runs start one after the other, in the order of their creation", async () => {
      const { runs, threads } = await open();
      const order = [];
      for (let n = 0; n < 3; n++) order.push((await runs.create(newRun("t"))).run.run_id);
      const { run: other } = await runs.create(newRun("other"));
      const first = (await runs.claim(worker))!;
      expect((await runs.claim(worker))?.run_id).toBe(other.run_id);
      expect(await runs.claim(worker)).toBeUndefined();
      await runs.finish(first, success);
      expect((await threads.get("t")).status).toBe("busy");
      const second = (await runs.claim(worker))!;
      expect(await runs.claim(worker)).toBeUndefined();
      await runs.finish(second, { ...success, status: "error", thread_status: "error" });
      const third = (await runs.claim(worker))!;
      expect([first.run_id, second.run_id, third.run_id]).toEqual(order);
      const error = { error: "Error", message: "no" };
      await runs.finish(third, { ...success, status: "error", thread_status: "error", error });
      expect(await threads.get("t")).toMatchObject({ status: "error", error });
      expect(await runs.get(third.run_id)).toMatchObject({ status: "error", attempt: 1 });
    });

    test("two openings of one place never claim the same run", async () => {
      const place = createPlace();
      const [one, two] = [await openAt(place), await openAt(place)];
      for (let n = 0; n < 20; n++) await (n % 2 ? one : two).runs.create(newRun(`thread-${n}`));
      const claims = await Promise.all(
        Array.from({ length: 24 }, (_, n) => (n % 2 ? one : two).runs.claim({ ...worker, worker_id: `${n % 2}` })),
      );
      const taken = claims.filter((run) => run !== undefined);
      expect(new Set(taken.map(({ run_id }) => run_id)).size).toBe(20);
      expect(taken).toHaveLength(20);
    });

    test("a run whose lease is over is claimed again, one whose lease was renewed is not", async () => {
      const storage = await open();
      const kept = await claimNew(storage, "kept", deadWorker);
      await storage.runs.renew(kept, 60_000);
      const lost = await claimNew(storage, "lost", deadWorker);
      expect(await storage.runs.claim(worker)).toMatchObject({ run_id: lost.run_id, attempt: 2 });
      expect(await storage.runs.claim(worker)).toBeUndefined();
    });

    test("expireLeases ends the leases of workers that are gone", async () => {
      const storage = await open();
      const lost = await claimNew(storage, "a", { ...worker, worker_id: "gone" });
      await claimNew(storage, "b");
      expect(await storage.runs.expireLeases((worker_id) => worker_id === "gone")).toBe(1);
      expect(await storage.runs.claim(worker)).toMatchObject({ run_id: lost.run_id, attempt: 2 });
      expect(await storage.runs.claim(worker)).toBeUndefined();
    });

    test("a released run is pending again, keeps its place and counts its attempts on", async () => {
      const storage = await open();
      const claim = await claimNew(storage);
      await storage.runs.create(newRun("thread"));
      await storage.runs.release(claim);
      expect(await storage.runs.get(claim.run_id)).toMatchObject({ status: "pending", attempt: 1 });
      expect(await storage.runs.claim(worker)).toMatchObject({ run_id: claim.run_id, attempt: 2 });
    });

    test("a run that is to start later waits for its time, and one behind it does not", async () => {
      const { runs } = await open();
      const before = Date.now();
      const later = (await runs.create(newRun("t", { after_seconds: 60 }), worker)).run;
      expect(later.status).toBe("pending");
      expect(await runs.claim(worker)).toBeUndefined();
      expect(await runs.countActive()).toEqual({ pending: 1, running: 0, oldest_pending: null });
      expect((await runs.nextDue())! - before).toSatisfy((ms: number) => ms >= 60_000 && ms < 62_000);
      const now = (await runs.create(newRun("t"))).run;
      const claim = (await runs.claim(worker))!;
      expect(claim.run_id).toBe(now.run_id);
      expect(await runs.nextDue()).toBeUndefined();
      await runs.finish(claim, success);
      expect(await runs.nextDue()).toBeGreaterThan(before);
      const soon = (await runs.create(newRun("other", { after_seconds: 0.05 }))).run;
      await expect.poll(() => runs.claim(worker)).toMatchObject({ run_id: soon.run_id });
    });

    test("a run with a known key is not made again", async () => {
      const { runs } = await open();
      const first = await runs.create(newRun("t", { idempotency_key: "k" }));
      const again = await runs.create(newRun("t", { idempotency_key: "k", multitask_strategy: "reject" }));
      expect([first.existing, again.existing]).toEqual([false, true]);
      expect(again.run).toEqual(first.run);
      expect((await runs.create(newRun("t", { idempotency_key: "other" }))).existing).toBe(false);
      await runs.finish((await runs.claim(worker))!, success);
      await runs.delete(first.run.run_id);
      expect((await runs.create(newRun("t", { idempotency_key: "k" }))).existing).toBe(false);
    });

    test("a run of a thread that a caller's filters hide is not there for it", async () => {
      const { runs } = await open();
      const { run_id } = (await runs.create(newRun("t", { thread_metadata: { owner: "Ada" } }))).run;
      const [mine, hers] = [{ owner: "Bo" }, { owner: "Ada" }];
      expect((await runs.get(run_id, "t", hers)).run_id).toBe(run_id);
      await expect(runs.get(run_id, "t", mine)).rejects.toEqual(refused("run_not_found"));
      await expect(runs.delete(run_id, "t", mine)).rejects.toEqual(refused("run_not_found"));
      await expect(runs.create(newRun("t", { filters: mine }))).rejects.toEqual(refused("thread_not_found"));
      const list = async (filters: typeof hers) =>
        (await runs.list({ thread_id: "t", limit: 9, offset: 0, filters })).total;
      expect([await list(hers), await list(mine)]).toEqual([1, 0]);
    });

    test("a thread keeps what its runs were configured with, but no checkpoint", async () => {
      const { runs, threads } = await open();
      const configure = (configurable: object) => runs.create(newRun("t", { thread_config: { configurable } }));
      await configure({ depth: 1, checkpoint_id: "c", checkpoint_ns: "", checkpoint_map: {} });
      await configure({ tone: "dry" });
      expect((await threads.get("t")).config).toEqual({ configurable: { depth: 1, tone: "dry" } });
    });

    test("what waits and what executes is counted", async () => {
      const { runs } = await open();
      expect(await runs.countActive()).toEqual({ pending: 0, running: 0, oldest_pending: null });
      const { created_at } = (await runs.create(newRun("a"))).run;
      await runs.create(newRun("b"));
      expect(await runs.countActive()).toEqual({ pending: 2, running: 0, oldest_pending: created_at });
      await runs.claim(worker);
      expect(await runs.countActive()).toMatchObject({ pending: 1, running: 1 });
    });

    test("what another opening of the place does is heard", async () => {
      const place = createPlace();
      const [one, two] = [await openAt(place), await openAt(place)];
      const heard = vi.fn();
      one.runs.onClaimable(heard);
      await two.runs.create(newRun("t"));
      await expect.poll(() => heard.mock.calls.length).toBeGreaterThan(0);
      const claim = (await one.runs.claim(worker))!;
      const told = vi.fn();
      two.events.subscribe(claim.run_id, told);
      await one.runs.finish(claim, success);
      await expect.poll(() => told.mock.calls.length).toBeGreaterThan(0);
    });

    test("listing goes newest first, by status and in pages", async () => {
      const { runs } = await open();
      const ids = [];
      for (let n = 0; n < 3; n++) ids.unshift((await runs.create(newRun("t"))).run.run_id);
      await runs.create(newRun("other"));
      await runs.claim(worker);
      const list = async (query: object) => {
        const { rows, total } = await runs.list({ thread_id: "t", limit: 10, offset: 0, ...query });
        return { ids: rows.map(({ run_id }) => run_id), total };
      };
      expect(await list({})).toEqual({ ids, total: 3 });
      expect(await list({ limit: 1, offset: 1 })).toEqual({ ids: [ids[1]], total: 3 });
      expect(await list({ status: "running" })).toEqual({ ids: [ids[2]], total: 1 });
    });

    test("listeners hear when a run may have become claimable", async () => {
      const storage = await open();
      const heard = vi.fn();
      const unsubscribe = storage.runs.onClaimable(heard);
      const claim = await claimNew(storage);
      expect(heard).toHaveBeenCalled();
      for (const change of [
        () => storage.runs.release(claim),
        async () => {
          const held = (await storage.runs.claim(worker))!;
          await storage.runs.create(newRun(held.thread_id));
          heard.mockClear();
          await storage.runs.finish(held, success);
        },
      ]) {
        heard.mockClear();
        await change();
        expect(heard).toHaveBeenCalled();
      }
      heard.mockClear();
      unsubscribe();
      await storage.runs.create(newRun("t"));
      expect(heard).not.toHaveBeenCalled();
    });
  });
}
