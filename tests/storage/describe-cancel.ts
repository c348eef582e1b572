import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { describe, expect, test } from "vitest";
import type { Claim, RunOutcome, Storage } from "../../storage/storage.ts";
import {
  checkpointMetadata,
  claimNew,
  deadWorker,
  newEvent,
  newRun,
  openAt,
  type OpenStorage,
  refused,
  success,
  worker,
} from "./fixture.ts";

/** What every storage does with runs that are to be stopped, and with all that they left. */
export function describeCancel(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());
  const interrupted: RunOutcome = { ...success, status: "interrupted" };
  const place = { configurable: { thread_id: "t" } };
  const put = (storage: Storage, claim: Claim, id: string, parent?: string, log: string[] = [id]) =>
    storage
      .checkpointerFor(claim)
      .put(
        { configurable: { ...place.configurable, checkpoint_id: parent } },
        { ...emptyCheckpoint(), id, channel_values: { log }, channel_versions: { log: log.length } },
        checkpointMetadata,
        { log: log.length },
      );

  describe(`${name}: cancelling`, () => {
    test("a pending run ends at once, and its thread is as it was", async () => {
      const storage = await open();
      await storage.runs.finish(await claimNew(storage, "t"), { ...success, thread_status: "interrupted" });
      const { run } = await storage.runs.create(newRun("t"));
      const { ended, running } = await storage.runs.requestCancel({ run_ids: [run.run_id], action: "interrupt" });
      expect([ended.map(({ run_id }) => run_id), running]).toEqual([[run.run_id], []]);
      expect(await storage.runs.get(run.run_id)).toMatchObject({ status: "interrupted" });
      expect(await storage.threads.get("t")).toMatchObject({ status: "interrupted" });
      expect(await storage.runs.claim(worker)).toBeUndefined();
    });

    test("a running one is asked to stop by the renewal of its lease, and by its next claim", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "t", deadWorker);
      const next = (await storage.runs.create(newRun("t"))).run;
      expect(await storage.runs.requestCancel({ run_ids: [claim.run_id], action: "interrupt" })).toEqual({
        ended: [],
        running: [claim.run_id],
      });
      expect(await storage.runs.renew(claim, 0)).toBe("interrupt");
      const again = (await storage.runs.claim(worker))!;
      expect(again).toMatchObject({ run_id: claim.run_id, attempt: 2, cancel: "interrupt" });
      expect(await storage.runs.claim(worker)).toBeUndefined();
      await storage.runs.finish(again, interrupted);
      expect((await storage.runs.claim(worker))?.run_id).toBe(next.run_id);
    });

    test("a run that has ended stays as it is, and an unknown one is told with nothing changed", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "t");
      await storage.runs.finish(claim, success);
      const { run } = await storage.runs.create(newRun("t"));
      const run_ids = [claim.run_id, run.run_id];
      const unknown = storage.runs.requestCancel({ run_ids: [...run_ids, "x"], action: "rollback" });
      await expect(unknown).rejects.toEqual(refused("run_not_found"));
      const hidden = storage.runs.requestCancel({ run_ids, action: "rollback", filters: { owner: "Ada" } });
      await expect(hidden).rejects.toEqual(refused("run_not_found"));
      expect(await storage.runs.get(run.run_id)).toMatchObject({ status: "pending" });
      await storage.runs.requestCancel({ run_ids, action: "interrupt" });
      expect(await storage.runs.get(claim.run_id)).toMatchObject({ status: "success" });
    });

    test("runs are cancelled by their status, of one thread or of all that a caller sees", async () => {
      const storage = await open();
      const ids = async (query: object) => {
        const { ended, running } = await storage.runs.requestCancel({ action: "interrupt", ...query });
        return [ended.map(({ run_id }) => run_id), running];
      };
      const mine = await claimNew(storage, "mine");
      const waiting = (await storage.runs.create(newRun("mine"))).run.run_id;
      const hers = (await storage.runs.create(newRun("hers", { thread_metadata: { owner: "Ada" } }))).run.run_id;
      expect(await ids({ thread_id: "mine", status: "running" })).toEqual([[], [mine.run_id]]);
      expect(await ids({ status: "pending", filters: { owner: "Ada" } })).toEqual([[hers], []]);
      expect(await ids({ status: "all" })).toEqual([[waiting], [mine.run_id]]);
    });

    test("rollback leaves nothing of a run, and its thread as it was", async () => {
      const storage = await open();
      const first = await claimNew(storage, "t");
      await put(storage, first, "1");
      await storage
        .checkpointerFor(first)
        .putWrites({ configurable: { thread_id: "t", checkpoint_id: "1" } }, [["__interrupt__", "ask"]], "task");
      await storage.runs.finish(first, { ...success, thread_status: "interrupted" });
      const before = [await storage.checkpointer.getTuple(place), await storage.threads.get("t")];

      const second = await claimNew(storage, "t");
      const writes = { configurable: { thread_id: "t", checkpoint_id: "1" } };
      await storage.checkpointerFor(second).putWrites(writes, [["__interrupt__", "again"]], "task");
      await storage.checkpointerFor(second).putWrites(writes, [["log", "x"]], "other");
      await put(storage, second, "2", "1", ["1", "2"]);
      await storage.events.append(second, [newEvent("0")]);
      await storage.runs.requestCancel({ run_ids: [second.run_id], action: "rollback" });
      await storage.runs.finish(second, {
        ...interrupted,
        status: "error",
        thread_status: "error",
        events: [newEvent("1")],
      });

      await expect(storage.runs.get(second.run_id)).rejects.toEqual(refused("run_not_found"));
      expect(await storage.events.list(second.run_id, { after: -1, limit: 9 })).toEqual([]);
      const [tuple, thread] = before;
      expect(await storage.checkpointer.getTuple(place)).toEqual(tuple);
      expect(await storage.threads.get("t")).toEqual({ ...thread, updated_at: expect.any(String) });
      // The same state can be reached again.
      const third = await claimNew(storage, "t");
      await put(storage, third, "3", "1", ["1", "3"]);
      expect((await storage.checkpointer.getTuple(place))?.checkpoint.channel_values).toEqual({ log: ["1", "3"] });
    });

    test("a run that was cancelled before it came to a checkpoint leaves its thread as it was, a later one idle", async () => {
      const storage = await open();
      await storage.runs.finish(await claimNew(storage, "t"), { ...success, thread_status: "interrupted" });
      const early = await claimNew(storage, "t");
      await storage.runs.requestCancel({ thread_id: "t", action: "interrupt" });
      await storage.runs.finish(early, interrupted);
      expect((await storage.threads.get("t")).status).toBe("interrupted");
      const late = await claimNew(storage, "t");
      await put(storage, late, "1");
      await storage.runs.requestCancel({ thread_id: "t", action: "interrupt" });
      await storage.runs.finish(late, interrupted);
      expect((await storage.threads.get("t")).status).toBe("idle");
    });

    test.each(["interrupt", "rollback"] as const)(
      "%s of what is active comes with the new run, which waits for its end",
      async (strategy) => {
        const storage = await open();
        const running = await claimNew(storage, "t");
        const pending = (await storage.runs.create(newRun("t"))).run.run_id;
        const { run, cancelled } = await storage.runs.create(newRun("t", { multitask_strategy: strategy }), worker);
        expect(cancelled).toMatchObject({ ended: [{ run_id: pending }], running: [running.run_id] });
        expect(run.status).toBe("pending");
        expect(await storage.runs.renew(running, 60_000)).toBe(strategy);
        expect(await storage.runs.claim(worker)).toBeUndefined();
        await storage.runs.finish(running, interrupted);
        expect((await storage.runs.claim(worker))?.run_id).toBe(run.run_id);
        const left = (await storage.runs.list({ thread_id: "t", limit: 9, offset: 0 })).rows.map(
          ({ status }) => status,
        );
        expect(left).toEqual(strategy === "rollback" ? ["running"] : ["running", "interrupted", "interrupted"]);
      },
    );

    test("a run that has ended is deleted with its events, one that has not is refused", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "t");
      await put(storage, claim, "1");
      await expect(storage.runs.delete(claim.run_id)).rejects.toEqual(refused("run_active"));
      await storage.runs.finish(claim, { ...success, events: [newEvent("0")] });
      await expect(storage.runs.delete(claim.run_id, "other")).rejects.toEqual(refused("run_not_found"));
      await storage.runs.delete(claim.run_id, "t");
      await expect(storage.runs.get(claim.run_id)).rejects.toEqual(refused("run_not_found"));
      expect(await storage.events.list(claim.run_id, { after: -1, limit: 9 })).toEqual([]);
      expect((await storage.checkpointer.getTuple(place))?.checkpoint.id).toBe("1");
    });
  });

  describe(`${name}: the end of a run`, () => {
    test("an input that the graph refused is not there for later runs, what tasks did stays", async () => {
      const storage = await open();
      const first = await claimNew(storage, "t");
      const { id } = emptyCheckpoint();
      await put(storage, first, id);
      await storage.runs.finish(first, success);
      const refusedRun = await claimNew(storage, "t");
      const writes = { configurable: { thread_id: "t", checkpoint_id: id } };
      const nullTask = "00000000-0000-0000-0000-000000000000";
      const saver = storage.checkpointerFor(refusedRun);
      await saver.putWrites(writes, [["log", "refused"]], nullTask);
      await saver.putWrites(writes, [["__resume__", "yes"]], nullTask);
      await saver.putWrites(writes, [["log", "done"]], "task");
      const error = { error: "Error", message: "no" };
      await storage.runs.finish(refusedRun, { status: "error", thread_status: "error", error, events: [] });
      expect((await storage.checkpointer.getTuple(place))?.pendingWrites).toEqual([
        [nullTask, "__resume__", "yes"],
        ["task", "log", "done"],
      ]);
      expect(await storage.runs.get(refusedRun.run_id)).toMatchObject({ status: "error", error });
    });

    test("attempts that end without a word and get nowhere are counted, others begin anew", async () => {
      const storage = await open();
      const claim = () => storage.runs.claim(deadWorker);
      await storage.runs.create(newRun("t"), deadWorker);
      expect(await claim()).toMatchObject({ attempt: 2, crashes: 1 });
      const third = (await claim())!;
      expect(third).toMatchObject({ attempt: 3, crashes: 2 });
      await put(storage, third, "1");
      expect(await claim()).toMatchObject({ attempt: 4, crashes: 0 });
      const fifth = (await claim())!;
      expect(fifth).toMatchObject({ attempt: 5, crashes: 1 });
      await storage.runs.release(fifth);
      expect(await claim()).toMatchObject({ attempt: 6, crashes: 0 });
    });

    test("progress names the tasks that a run has committed on the latest checkpoints", async () => {
      const storage = await open();
      const first = await claimNew(storage, "t");
      await put(storage, first, "1");
      const writes = { configurable: { thread_id: "t", checkpoint_id: "1" } };
      await storage.checkpointerFor(first).putWrites(writes, [["log", "a"]], "earlier");
      await storage.checkpointerFor(first).putWrites(writes, [["__interrupt__", "?"]], "ask");
      await storage.runs.finish(first, success);
      const second = await claimNew(storage, "t");
      expect(await storage.runs.progress(second)).toEqual({ tasks: [] });
      await storage.checkpointerFor(second).putWrites(writes, [["log", "b"]], "own");
      await storage.checkpointerFor(second).putWrites(writes, [["__interrupt__", "!"]], "own ask");
      const { tasks } = await storage.runs.progress(second);
      expect(tasks.map(({ task_id, interrupted: hasStopped }) => [task_id, hasStopped])).toEqual([
        ["earlier", false],
        ["own", false],
        ["own ask", true],
      ]);
    });
  });
}
