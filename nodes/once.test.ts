import { join } from "node:path";
import { Command, INTERRUPT, interrupt, MemorySaver, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { once } from "./once.ts";

const State = new StateSchema({ said: z.unknown() });

/** A data folder of its own, as the environment names it, and a graph of one node in a thread of it. */
function prepare(node: () => Promise<unknown>, retries = 1) {
  const path = join(makeTemporaryFolder(), "server.sqlite");
  vi.stubEnv("TROUPE_DATA", join(path, ".."));
  onTestFinished(() => void vi.unstubAllEnvs());
  const graph = new StateGraph(State)
    .addNode("act", async () => ({ said: await node() }), {
      retryPolicy: { maxAttempts: retries, initialInterval: 1, jitter: false, retryOn: () => true },
    })
    .addEdge(START, "act")
    .compile({ checkpointer: new MemorySaver() });
  const thread = { configurable: { thread_id: crypto.randomUUID() } };
  const { thread_id } = thread.configurable;
  return {
    invoke: (input: Parameters<typeof graph.invoke>[0] = {}) => graph.invoke(input, thread),
    invokeElsewhere: () => graph.invoke({}, { configurable: { thread_id: crypto.randomUUID() } }),
    /** Starts an effect as a process does that is killed before it has ended. */
    startAndDie: async (key: string): Promise<void> => {
      const storage = await openSqliteStorage({ path });
      const started_at = "2026-01-01T12:00:00.000Z";
      await storage.effectsFor().begin({ thread_id, key, run_id: "killed", attempt: 1, started_at });
      await storage.close();
    },
  };
}

const question = (result: object) =>
  (result as { [INTERRUPT]?: { value: object }[] })[INTERRUPT]?.map(({ value }) => value);

test("a key's effect happens once in its thread, and later calls get its result as JSON keeps it", async () => {
  const pay = vi.fn(() => ({ receipt: 7, at: new Date(0) }));
  const { invoke, invokeElsewhere } = prepare(async () => [await once("pay", pay), await once("pay", pay)]);
  const receipt = { receipt: 7, at: "1970-01-01T00:00:00.000Z" };
  expect(await invoke()).toEqual({ said: [receipt, receipt] });
  expect(await invoke()).toEqual({ said: [receipt, receipt] });
  expect(pay).toHaveBeenCalledTimes(1);
  await invokeElsewhere();
  expect(pay).toHaveBeenCalledTimes(2);
});

test("calls at the same time share one effect, and one that answers nothing stays done", async () => {
  const mail = vi.fn(async () => {});
  const { invoke } = prepare(async () => Promise.all([once("mail", mail), once("mail", mail), once("other", () => 1)]));
  expect(await invoke()).toEqual({ said: [undefined, undefined, 1] });
  await invoke();
  expect(mail).toHaveBeenCalledTimes(1);
});

test("an effect that throws is not done: a retry of the node performs it again", async () => {
  const pay = vi.fn().mockRejectedValueOnce(new Error("The bank is closed.")).mockResolvedValue("paid");
  const { invoke } = prepare(() => once("pay", pay), 2);
  expect(await invoke()).toEqual({ said: "paid" });
  expect(pay).toHaveBeenCalledTimes(2);
});

test("an effect that had started when its process died asks a person, who says that it was done", async () => {
  const pay = vi.fn();
  const { invoke, startAndDie } = prepare(() => once("pay", pay));
  await startAndDie("pay");
  const asked = question(await invoke());
  expect(asked).toEqual([
    expect.objectContaining({
      type: "effect_unknown",
      key: "pay",
      started_at: "2026-01-01T12:00:00.000Z",
      run_id: "killed",
      message: expect.stringContaining('"pay" was started at 2026-01-01T12:00:00.000Z'),
    }),
  ]);
  const result = await invoke(new Command({ resume: { outcome: "done", result: { receipt: 7 } } }));
  expect(result).toEqual({ said: { receipt: 7 } });
  expect(await invoke()).toEqual({ said: { receipt: 7 } });
  expect(pay).not.toHaveBeenCalled();
});

test("a person who says repeat has the effect performed, once", async () => {
  const pay = vi.fn(() => "paid");
  const { invoke, startAndDie } = prepare(() => once("pay", pay));
  await startAndDie("pay");
  await invoke();
  expect(await invoke(new Command({ resume: { outcome: "repeat" } }))).toEqual({ said: "paid" });
  await invoke();
  expect(pay).toHaveBeenCalledTimes(1);
});

test("an answer that is neither fails plainly, and another may follow", async () => {
  const pay = vi.fn();
  const { invoke, startAndDie } = prepare(() => once("pay", pay));
  await startAndDie("pay");
  await invoke();
  await expect(invoke(new Command({ resume: "yes" }))).rejects.toThrow(/expected object/);
  expect(await invoke(new Command({ resume: { outcome: "done" } }))).toEqual({ said: undefined });
  expect(pay).not.toHaveBeenCalled();
});

test("a question about an effect leaves the node's own questions their answers", async () => {
  const pay = vi.fn(() => "paid");
  const { invoke, startAndDie } = prepare(async () => [
    await once("pay", pay),
    interrupt("Sure?"),
    await once("mail", pay),
    interrupt("Really?"),
  ]);
  await startAndDie("pay");
  await startAndDie("mail");
  expect(question(await invoke())).toEqual([expect.objectContaining({ key: "pay" })]);
  expect(question(await invoke(new Command({ resume: { outcome: "repeat" } })))).toEqual(["Sure?"]);
  expect(question(await invoke(new Command({ resume: "sure" })))).toEqual([expect.objectContaining({ key: "mail" })]);
  expect(question(await invoke(new Command({ resume: { outcome: "done" } })))).toEqual(["Really?"]);
  expect(await invoke(new Command({ resume: "really" }))).toEqual({ said: ["paid", "sure", undefined, "really"] });
  expect(pay).toHaveBeenCalledTimes(1);
});

test("an effect that is cut off again after a person's word asks again", async () => {
  const cutOff = Promise.withResolvers<string>();
  const pay = vi.fn().mockReturnValueOnce(cutOff.promise).mockReturnValue("paid");
  const path = join(makeTemporaryFolder(), "server.sqlite");
  const storage = await openSqliteStorage({ path });
  onTestFinished(() => storage.close());
  const graph = new StateGraph(State)
    .addNode("act", async () => ({ said: await once("pay", pay) }))
    .addEdge(START, "act")
    .compile({ checkpointer: new MemorySaver() });
  const thread_id = "thread";
  /** As in a process of its own: with nothing under way that another one performs. */
  const invoke = (input: object) =>
    graph.invoke(input, {
      configurable: { thread_id, __troupe_effects: { ...storage.effectsFor(), performing: new Map() } },
    });
  const started_at = "2026-01-01T12:00:00.000Z";
  await storage.effectsFor().begin({ thread_id, key: "pay", run_id: "killed", attempt: 1, started_at });
  await invoke({});
  void invoke(new Command({ resume: { outcome: "repeat" } }));
  await expect.poll(() => pay.mock.calls.length).toBe(1);

  const repeat = new Command({ resume: { outcome: "repeat" } });
  expect(question(await invoke(repeat))).toHaveLength(1);
  expect(pay).toHaveBeenCalledTimes(1);
  expect(await invoke(repeat)).toEqual({ said: "paid" });
  expect(pay).toHaveBeenCalledTimes(2);
});

test("outside a graph it says where to call it", async () => {
  await expect(once("pay", () => 1)).rejects.toMatchObject({
    code: "effect_without_thread",
    message: 'once("pay") was called where no thread runs.',
    hint: expect.stringContaining("thread_id"),
  });
});
