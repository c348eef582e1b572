import { START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { createGate, LogState, steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { newRunOf, startTestWorker } from "../../tests/fixtures/start-test-worker.ts";

/** A graph whose node goes on until it is let go, whatever its signal says, in a subgraph or not. */
function createDeaf() {
  const said: string[] = [];
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const inner = new StateGraph(LogState)
    .addNode("deaf", async () => {
      said.push("enters");
      entered.resolve();
      await gate.promise;
      said.push("leaves");
      return { log: ["deaf"] };
    })
    .addEdge(START, "deaf");
  return { said, inner, open: gate.resolve, entered: entered.promise };
}

test.each(["a node", "a node of a subgraph"])(
  "%s that ignores its signal ends before the thread's next run begins",
  async (where) => {
    const { said, inner, open, entered } = createDeaf();
    const graph =
      where === "a node" ? inner : new StateGraph(LogState).addNode("sub", inner.compile()).addEdge(START, "sub");
    const next = new StateGraph(LogState)
      .addNode("next", () => {
        said.push("next");
        return { log: ["next"] };
      })
      .addEdge(START, "next");
    const { worker, storage } = await startTestWorker({ deaf: graph, next });
    const first = await worker.submit(newRunOf("deaf", "t"));
    await entered;
    const second = await worker.submit(newRunOf("next", "t", { multitask_strategy: "interrupt" }));
    const other = await worker.submit(newRunOf("next", "other"));
    await other.result;
    expect(await storage.runs.get(first.run.run_id)).toMatchObject({ status: "running" });
    open();
    expect(await first.result).toBe("null");
    await second.result;
    expect(said).toEqual(["enters", "next", "leaves", "next"]);
    expect(await storage.runs.get(first.run.run_id)).toMatchObject({ status: "interrupted" });
  },
);

test("a cancelled run leaves the thread with the state of its last checkpoint", async () => {
  const { graph, entered } = createGate();
  const { worker, storage } = await startTestWorker({ gate: graph });
  const { run, result } = await worker.submit(newRunOf("gate", "t"));
  await entered;
  await worker.cancel({ thread_id: "t", run_ids: [run.run_id], action: "interrupt" });
  expect(await result).toBe("null");
  expect(await storage.runs.get(run.run_id)).toMatchObject({ status: "interrupted" });
  expect(await storage.threads.get("t")).toMatchObject({ status: "idle" });
  const tuple = await storage.checkpointer.getTuple({ configurable: { thread_id: "t" } });
  expect(tuple?.checkpoint.channel_values).toMatchObject({ log: ["before"] });
});

test("a run that is rolled back while it executes is gone, and the thread as it was before", async () => {
  const { graph, entered } = createGate();
  const { worker, storage } = await startTestWorker({ gate: graph, steps });
  await (
    await worker.submit(newRunOf("steps", "t"))
  ).result;
  const before = await storage.checkpointer.getTuple({ configurable: { thread_id: "t" } });
  const { run, result } = await worker.submit(newRunOf("gate", "t"));
  await entered;
  await worker.cancel({ run_ids: [run.run_id], action: "rollback" });
  expect(await result).toBe("null");
  await expect(storage.runs.get(run.run_id)).rejects.toMatchObject({ code: "run_not_found" });
  expect(await storage.checkpointer.getTuple({ configurable: { thread_id: "t" } })).toEqual(before);
  expect(await storage.threads.get("t")).toMatchObject({ status: "idle", error: null });
});

test("a worker in another place cancels a run, and answers what one there came to", async () => {
  const path = `${makeTemporaryFolder()}/server.sqlite`;
  const { graph, entered, open } = createGate();
  const [one, two] = [
    await startTestWorker({ gate: graph }, { path, leaseMs: 600 }),
    await startTestWorker({ gate: graph }, { path, leaseMs: 600 }),
  ];
  const { run, result } = await one.worker.submit(newRunOf("gate", "t"));
  await entered;
  await two.worker.cancel({ run_ids: [run.run_id], action: "interrupt" });
  expect(await result).toBe("null");
  open();
  const done = newRunOf("gate", "u", { input: { topic: "x" } });
  const again = { ...done, idempotency_key: "k" };
  const [here, there] = [await one.worker.submit(again), await two.worker.submit({ ...again, run_id: "other" })];
  expect([here.existing, there.existing]).toEqual([false, true]);
  expect(JSON.parse((await there.result)!)).toEqual(JSON.parse((await here.result)!));
  await two.worker.join(await two.storage.runs.get(done.run_id));
  expect(await two.storage.runs.get(done.run_id)).toMatchObject({ status: "success" });
});

test("a run that was cancelled while nobody executed it ends when it is taken up again", async () => {
  const path = `${makeTemporaryFolder()}/server.sqlite`;
  const { graph, entered } = createGate();
  const one = await startTestWorker({ gate: graph }, { path });
  const { run } = await one.worker.submit(newRunOf("gate", "t"));
  await entered;
  await one.worker.close(0);
  const claim = (await one.storage.runs.claim({ worker_id: "killed", lease_ms: 0 }))!;
  await one.storage.runs.requestCancel({ run_ids: [claim.run_id], action: "interrupt" });
  const two = await startTestWorker({ gate: graph }, { path });
  await two.worker.join(await two.storage.runs.get(run.run_id));
  expect(await two.storage.runs.get(run.run_id)).toMatchObject({ status: "interrupted", attempt: 3 });
});

test("a run starts when its time has come", async () => {
  const { worker } = await startTestWorker({ steps });
  const before = Date.now();
  const { run, result } = await worker.submit(newRunOf("steps", "t", { after_seconds: 0.2 }));
  expect(run.status).toBe("pending");
  expect(JSON.parse((await result)!)).toMatchObject({ log: ["first ", "second", "third"] });
  expect(Date.now() - before).toBeGreaterThanOrEqual(200);
});

test("a command that a reducer refuses does not spoil the thread's later runs", async () => {
  const strict = new StateGraph(LogState).addNode("go", () => ({ log: ["go"] })).addEdge(START, "go");
  const { worker } = await startTestWorker({ strict });
  await (
    await worker.submit(newRunOf("strict", "t"))
  ).result;
  const refused = await worker.submit(
    newRunOf("strict", "t", { input: null, command: { update: { log: 7 }, goto: "go" } }),
  );
  expect(JSON.parse((await refused.result)!)).toHaveProperty("__error__");
  const later = await worker.submit(newRunOf("strict", "t"));
  expect(JSON.parse((await later.result)!)).toMatchObject({ log: ["go", "go"] });
});
