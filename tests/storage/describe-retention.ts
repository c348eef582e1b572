import { Annotation, Command, interrupt, START, StateGraph } from "@langchain/langgraph";
import { type BaseCheckpointSaver, emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { describe, expect, test } from "vitest";
import { claimNew, newEvent, newRun, openAt, type OpenStorage, refused, success, worker } from "./fixture.ts";

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (log, more) => [...log, ...more], default: () => [] }),
});

/** Writes five lines, each in a step of its own, and then asks a person. */
function compile(checkpointer: BaseCheckpointSaver) {
  const inner = new StateGraph(State)
    .addNode("ask", () => ({ log: [`answered ${String(interrupt("Go on?"))}`] }))
    .addEdge(START, "ask")
    .compile();
  const graph = new StateGraph(State)
    .addNode("inner", inner)
    .addNode("write", ({ log }) => ({ log: [`${log.length}`] }));
  return graph
    .addEdge(START, "write")
    .addConditionalEdges("write", ({ log }) => (log.length % 5 === 0 ? "inner" : "write"), ["inner", "write"])
    .compile({ checkpointer });
}

/** What every storage does with threads whose time is over, and with what is to be forgotten of others. */
export function describeRetention(name: string, createPlace: () => OpenStorage): void {
  const open = () => openAt(createPlace());

  describe(`${name}: retention`, () => {
    test("keep_latest keeps the state, a pending interrupt of a subgraph, and what comes after", async () => {
      const storage = await open();
      const graph = compile(storage.checkpointer);
      const config = { configurable: { thread_id: "t" } };
      await storage.threads.create({ thread_id: "t", metadata: {} }, { if_exists: "raise" });
      await graph.invoke({ log: [] }, config);
      const before = await graph.getState(config, { subgraphs: true });
      expect(before.next).toEqual(["inner"]);
      expect(await storage.threads.prune("t", "keep_latest")).toBe(true);

      const after = await graph.getState(config, { subgraphs: true });
      expect(after.values).toEqual(before.values);
      expect(after.tasks.map(({ interrupts }) => interrupts)).toEqual(before.tasks.map(({ interrupts }) => interrupts));
      expect(after.parentConfig).toBeUndefined();
      const states = [];
      for await (const state of graph.getStateHistory(config)) states.push(state);
      expect(states).toHaveLength(1);
      expect((await storage.wholeSize()).checkpoints).toBe(2);

      const resumed = await graph.invoke(new Command({ resume: "yes" }), config);
      expect(resumed.log.slice(-1)).toEqual(["answered yes"]);
      // Of the subgraph that has ended nothing is left.
      await storage.threads.prune("t", "keep_latest");
      expect((await storage.wholeSize()).checkpoints).toBe(1);
      await graph.invoke({ log: ["more"] }, config);
      expect((await graph.getState(config)).values.log).toEqual([
        ...resumed.log,
        "more",
        expect.any(String),
        expect.any(String),
        expect.any(String),
      ]);
    });

    test("keep_latest keeps the runs, and the events of the last that has ended", async () => {
      const storage = await open();
      const runs = [];
      for (const data of ["1", "2"]) {
        const claim = await claimNew(storage, "t");
        await storage.events.append(claim, [newEvent(data)]);
        await storage.runs.finish(claim, success);
        runs.push(claim.run_id);
      }
      await storage.threads.prune("t", "keep_latest");
      const events = await Promise.all(runs.map((run_id) => storage.events.list(run_id, { after: -1, limit: 9 })));
      expect(events.map(({ length }) => length)).toEqual([0, 1]);
      expect((await storage.runs.list({ thread_id: "t", limit: 9, offset: 0 })).total).toBe(2);
    });

    test("a busy thread is neither pruned nor swept", async () => {
      const storage = await open();
      const config = { configurable: { thread_id: "t" } };
      await storage.threads.create(
        { thread_id: "t", metadata: {}, ttl: { strategy: "delete", ttl_minutes: 1 } },
        { if_exists: "raise" },
      );
      const claim = await claimNew(storage, "t");
      const saver = storage.checkpointerFor(claim);
      await saver.put(config, emptyCheckpoint(), { source: "loop", step: 0, parents: {} }, {});
      const later = new Date(Date.now() + 3_600_000);
      expect(await storage.threads.prune("t", "keep_latest")).toBe(false);
      expect(await storage.threads.sweep(later)).toEqual({ deleted: 0, pruned: 0 });
      await storage.runs.finish(claim, success);
      expect(await storage.threads.sweep(later)).toEqual({ deleted: 1, pruned: 0 });
      await expect(storage.threads.get("t")).rejects.toEqual(refused("thread_not_found"));
    });

    test("the sweep takes what is over since the last change, once, by its own strategy", async () => {
      const { threads } = await open();
      const create = (thread_id: string, strategy: "delete" | "keep_latest", ttl_minutes: number) =>
        threads.create({ thread_id, metadata: {}, ttl: { strategy, ttl_minutes } }, { if_exists: "raise" });
      await create("short", "delete", 10);
      await create("long", "delete", 100);
      const pruned = await create("pruned", "keep_latest", 10);
      expect(pruned.ttl).toEqual({
        strategy: "keep_latest",
        ttl_minutes: 10,
        expires_at: new Date(Date.parse(pruned.updated_at) + 600_000).toISOString(),
      });
      await threads.create({ thread_id: "lasting", metadata: {} }, { if_exists: "raise" });
      const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
      expect(await threads.sweep(inMinutes(9))).toEqual({ deleted: 0, pruned: 0 });
      expect(await threads.sweep(inMinutes(11))).toEqual({ deleted: 1, pruned: 1 });
      expect(await threads.sweep(inMinutes(12))).toEqual({ deleted: 0, pruned: 0 });
      await threads.update("pruned", { metadata: { a: 1 } });
      expect(await threads.sweep(inMinutes(99))).toEqual({ deleted: 0, pruned: 1 });
      const { rows } = await threads.search({ limit: 9, offset: 0, sort_by: "thread_id", sort_order: "asc" });
      expect(rows.map(({ thread_id }) => thread_id)).toEqual(["lasting", "long", "pruned"]);
    });

    test("deleting by prune takes a busy thread too, and one that filters hide is not touched", async () => {
      const storage = await open();
      await storage.runs.create(newRun("t", { thread_metadata: { owner: "Ada" } }));
      await storage.runs.claim(worker);
      expect(await storage.threads.prune("t", "delete", { owner: "Grace" })).toBe(false);
      expect(await storage.threads.prune("t", "delete", { owner: "Ada" })).toBe(true);
      expect(await storage.threads.prune("t", "delete")).toBe(false);
      expect(await storage.size()).toMatchObject({ threads: 0, runs: 0 });
    });
  });
}
