import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { describe, expect, test } from "vitest";
import type { Claim } from "../../storage/storage.ts";
import {
  checkpointMetadata,
  claimNew,
  deadWorker,
  newEvent,
  openAt,
  type OpenStorage,
  refused,
  success,
  worker,
} from "./fixture.ts";

/** What every storage grants a claim, and refuses a stale one: checkpoints and events. */
export function describeClaims(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: claims`, () => {
    test("once a later attempt holds the run, no write of the earlier one passes or leaves anything", async () => {
      const storage = await open();
      const stale = await claimNew(storage, "t", deadWorker);
      const saver = storage.checkpointerFor(stale);
      const config = { configurable: { thread_id: "t" } };
      const saved = await saver.put(config, emptyCheckpoint(), checkpointMetadata, {});
      const current = (await storage.runs.claim(worker))!;
      expect(current.attempt).toBe(2);

      const writes = [
        saver.put(saved, emptyCheckpoint(), checkpointMetadata, {}),
        saver.putWrites(saved, [["n", 1]], "task"),
        storage.events.append(stale, [newEvent("1")]),
        storage.runs.renew(stale, 1),
        storage.runs.release(stale),
        storage.runs.finish(stale, { ...success, events: [newEvent("2")] }),
      ];
      for (const { reason } of (await Promise.allSettled(writes)) as PromiseRejectedResult[]) {
        expect(reason).toEqual(refused("claim_stale"));
      }
      const tuple = await storage.checkpointer.getTuple(config);
      expect(tuple).toMatchObject({ config: saved, pendingWrites: [] });
      expect(await storage.events.list(stale.run_id, { after: -1, limit: 9 })).toEqual([]);
      expect(await storage.runs.get(stale.run_id)).toMatchObject({ status: "running", attempt: 2 });
      await storage.runs.finish(current, success);
    });

    test("a run that has ended or was deleted takes no more writes", async () => {
      const storage = await open();
      const ended = await claimNew(storage, "ended");
      await storage.runs.finish(ended, success);
      await expect(storage.events.append(ended, [newEvent("1")])).rejects.toEqual(refused("claim_stale"));
      await expect(storage.runs.finish(ended, success)).rejects.toEqual(refused("claim_stale"));
      await expect(storage.runs.release(ended)).rejects.toEqual(refused("claim_stale"));
      const deleted = await claimNew(storage, "deleted");
      await storage.threads.delete("deleted");
      const config = { configurable: { thread_id: "deleted" } };
      const put = storage.checkpointerFor(deleted).put(config, emptyCheckpoint(), checkpointMetadata, {});
      await expect(put).rejects.toEqual(refused("claim_stale"));
      expect(await storage.checkpointer.getTuple(config)).toBeUndefined();
    });

    test("what is told of a run goes into the metadata of its checkpoints, and finds them", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "t");
      const metadata = { graph_id: "graph", owner: "Ada", step: 7 };
      const config = { configurable: { thread_id: "t" } };
      await storage.checkpointerFor(claim, { metadata }).put(config, emptyCheckpoint(), checkpointMetadata, {});
      const found = await Array.fromAsync(storage.checkpointer.list(config, { filter: { owner: "Ada" } }));
      expect(found.map((tuple) => tuple.metadata)).toEqual([
        { ...metadata, ...checkpointMetadata, run_id: claim.run_id },
      ]);
    });

    test("a claim's checkpoints name its run, others none", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "t");
      const config = { configurable: { thread_id: "t" } };
      await storage.checkpointerFor(claim).put(config, emptyCheckpoint(), checkpointMetadata, {});
      expect((await storage.checkpointer.getTuple(config))?.metadata).toEqual({
        ...checkpointMetadata,
        run_id: claim.run_id,
      });
      await storage.checkpointer.put(config, { ...emptyCheckpoint(), id: "z" }, checkpointMetadata, {});
      expect((await storage.checkpointer.getTuple(config))?.metadata).toEqual(checkpointMetadata);
    });

    test("the next attempt goes on where the last one stopped: no finished node runs again", async () => {
      const storage = await open();
      const ran: string[] = [];
      const State = Annotation.Root({
        steps: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
      });
      const node = (step: string) => (state: typeof State.State) => {
        ran.push(step);
        if (step === "b" && ran.length === 2) throw new Error("killed");
        return { steps: [`${step}${state.steps.length}`] };
      };
      const builder = new StateGraph(State)
        .addNode("a", node("a"))
        .addNode("b", node("b"))
        .addEdge(START, "a")
        .addEdge("a", "b")
        .addEdge("b", END);
      const execute = ({ run_id, thread_id, attempt }: Claim) =>
        builder
          .compile({ checkpointer: storage.checkpointerFor({ run_id, thread_id, attempt }) })
          .invoke({ steps: ["input"] }, { configurable: { thread_id }, metadata: { run_id }, durability: "sync" });

      await expect(execute(await claimNew(storage, "t", deadWorker))).rejects.toThrow("killed");
      const result = await execute((await storage.runs.claim(worker))!);
      expect(ran).toEqual(["a", "b", "b"]);
      expect(result.steps).toEqual(["input", "a1", "b2"]);
    });
  });

  describe(`${name}: events`, () => {
    test("events are numbered without gaps over all attempts of a run", async () => {
      const storage = await open();
      const first = await claimNew(storage, "t", deadWorker);
      await storage.events.append(first, [newEvent("0"), newEvent("1")]);
      const second = (await storage.runs.claim(worker))!;
      await storage.events.append(second, [newEvent("2")]);
      await storage.runs.finish(second, { ...success, events: [newEvent("3"), newEvent("4")] });
      const { run_id } = first;
      const events = await storage.events.list(run_id, { after: -1, limit: 9 });
      expect(events).toEqual([0, 1, 2, 3, 4].map((seq) => ({ run_id, seq, event: "values", data: `${seq}` })));
      const page = await storage.events.list(run_id, { after: 1, limit: 2 });
      expect(page.map(({ seq }) => seq)).toEqual([2, 3]);
    });

    test("events that wait are committed with what the run's saver writes, in order, and not when that is refused", async () => {
      const storage = await open();
      const stale = await claimNew(storage, "t", deadWorker);
      let waiting = [newEvent("0")];
      const takeEvents = () => waiting.splice(0);
      const heard: number[] = [];
      storage.events.subscribe(stale.run_id, () => heard.push(waiting.length));
      const config = { configurable: { thread_id: "t" } };
      const saver = storage.checkpointerFor(stale, { takeEvents });
      const saved = await saver.put(config, emptyCheckpoint(), checkpointMetadata, {});
      const [written] = [saver.putWrites(saved, [["n", 1]], "task"), waiting.push(newEvent("1"))];
      await Promise.all([written, storage.events.append(stale, [newEvent("2")])]);
      expect(heard).toEqual([0, 0, 0]);
      await storage.runs.claim(worker);
      waiting = [newEvent("3")];
      await expect(saver.putWrites(saved, [["n", 2]], "task")).rejects.toEqual(refused("claim_stale"));
      const events = await storage.events.list(stale.run_id, { after: -1, limit: 9 });
      expect(events.map(({ data }) => data)).toEqual(["0", "1", "2"]);
    });

    test("the last event of each name is found", async () => {
      const storage = await open();
      const claim = await claimNew(storage, "t");
      await storage.events.append(claim, [newEvent("0"), newEvent("1"), { event: "updates", data: "2" }]);
      const last = await storage.events.lastOfEach(claim.run_id);
      expect(last.map(({ seq, event, data }) => [seq, event, data])).toEqual([
        [2, "updates", "2"],
        [1, "values", "1"],
      ]);
    });

    test("a listener is called once events are there to read, and at the run's end", async () => {
      const storage = await open();
      const claim = await claimNew(storage);
      const seen: Promise<unknown[]>[] = [];
      const read = () => void seen.push(storage.events.list(claim.run_id, { after: -1, limit: 9 }));
      const unsubscribe = storage.events.subscribe(claim.run_id, read);
      await storage.events.append(claim, [newEvent("0")]);
      await storage.runs.finish(claim, { ...success, events: [newEvent("1")] });
      unsubscribe();
      expect((await Promise.all(seen)).map(({ length }) => length)).toEqual([1, 2]);
    });
  });
}
