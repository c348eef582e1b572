import { START, StateGraph } from "@langchain/langgraph";
import type { Config } from "@langchain/langgraph-sdk";
import { describe, expect, test } from "vitest";
import { approval, createGate, echo, LogState, steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const log = ["first tides", "second", "third"];

describe("threads", () => {
  test("one is created with its own id and metadata, and found again", async () => {
    const { client } = await startTestServer({ steps });
    const threadId = crypto.randomUUID();
    const created = await client.threads.create({ threadId, metadata: { owner: "Ada" }, graphId: "steps" });
    expect(created).toMatchObject({
      thread_id: threadId,
      status: "idle",
      metadata: { owner: "Ada", graph_id: "steps" },
    });
    expect(await client.threads.get(threadId)).toMatchObject({ ...created, values: {} });
  });

  test("one whose graph is not served any more is shown without values", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create({ graphId: "gone" });
    expect(await client.threads.get(thread_id)).toMatchObject({ metadata: { graph_id: "gone" }, values: null });
    await expect(client.threads.getState(thread_id)).rejects.toThrow("404");
  });

  test("one that is there is refused, or answered as it is", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id: threadId } = await client.threads.create({ metadata: { n: 1 } });
    await expect(client.threads.create({ threadId })).rejects.toThrow("409");
    expect(await client.threads.create({ threadId, ifExists: "do_nothing" })).toMatchObject({ metadata: { n: 1 } });
  });

  test("metadata is merged, and a deleted thread is gone with its runs", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create({ metadata: { a: 1 } });
    expect(await client.threads.update(thread_id, { metadata: { b: 2 } })).toMatchObject({ metadata: { a: 1, b: 2 } });
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    await client.threads.delete(thread_id);
    await expect(client.threads.get(thread_id)).rejects.toThrow("404");
    await expect(client.threads.delete(thread_id)).rejects.toThrow("404");
  });
});

test("deleting a thread ends the waiting for its runs", async () => {
  const gate = createGate();
  const { client, url, errors } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const wait = () =>
    send(`${url}/threads/${thread_id}/runs/wait`, {
      method: "POST",
      body: JSON.stringify({ assistant_id: "gate", input: { topic: "" }, multitask_strategy: "enqueue" }),
    });
  const running = wait();
  await gate.entered;
  const queued = wait();
  await expect.poll(() => client.runs.list(thread_id)).toHaveLength(2);
  await client.threads.delete(thread_id);
  for (const answer of await Promise.all([running, queued])) {
    expect(answer).toMatchObject({ status: 404, headers: { "x-troupe-error": "thread_not_found" } });
  }
  expect(errors).toEqual([]);
});

test("deleting threads while their runs go on leaves the server able to run others", async () => {
  const gate = createGate();
  const { client, errors } = await startTestServer({ gate: gate.graph, steps }, { concurrency: 2 });
  for (let n = 0; n < 10; n++) {
    const { thread_id } = await client.threads.create();
    await client.runs.create(thread_id, "gate", { input: { topic: "" } });
    await client.threads.delete(thread_id);
  }
  const { thread_id } = await client.threads.create();
  expect(await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } })).toMatchObject({ log });
  expect(errors).toEqual([]);
});

describe("a thread's life", () => {
  const ttl = { ttl: 60, strategy: "keep_latest" as "delete" };

  test("ttl is shown where it is asked for, and counts from the last change", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create({ ttl });
    const thread = await client.threads.get(thread_id, { include: ["ttl"] });
    expect(thread).toMatchObject({ ttl: { strategy: "keep_latest", ttl_minutes: 60 } });
    expect(await client.threads.get(thread_id)).not.toHaveProperty("ttl");
    const changed = await client.threads.update(thread_id, { ttl: 5 });
    const expires_at = new Date(Date.parse(changed.updated_at) + 300_000).toISOString();
    expect(await client.threads.get(thread_id, { include: ["ttl"] })).toMatchObject({
      ttl: { strategy: "delete", ttl_minutes: 5, expires_at },
    });
  });

  test("checkpointer.ttl is that of every new thread, and the next start sweeps those whose time is over", async () => {
    const data = makeTemporaryFolder();
    // The SDK's type has other words for it than the API.
    const keep: object = { onCompletion: "keep" };
    const config = { graphs: { steps: { graph: steps } }, checkpointer: { ttl: { default_ttl: 1e-6 } } };
    const first = await startTestServer({}, { data, config });
    const [short, long] = await Promise.all([first.client.threads.create(), first.client.threads.create({ ttl: 60 })]);
    await first.client.runs.wait(null, "steps", { input: { topic: "" }, ...keep });
    await first.close();
    const { client } = await startTestServer({}, { data, config });
    await expect.poll(() => client.threads.count()).toBe(1);
    await expect(client.threads.get(short.thread_id)).rejects.toThrow("404");
    expect(await client.threads.get(long.thread_id)).toMatchObject({ thread_id: long.thread_id });
  });

  test("its config is what its runs were configured with, and no checkpoint that one began at", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    const config = { configurable: { tone: "calm" } };
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" }, config });
    const { checkpoint } = (await client.threads.getHistory(thread_id)).find(({ next }) => next[0] === "third")!;
    await client.runs.wait(thread_id, "steps", { input: null, checkpoint, config: { configurable: { depth: 2 } } });
    const thread = await client.threads.get(thread_id);
    expect(thread.config).toEqual({ configurable: { tone: "calm", depth: 2 } });
    await client.runs.wait(thread_id, "steps", { input: { topic: "ebb" } });
    expect((await client.threads.getState(thread_id)).values).toMatchObject({
      log: [...log, "first ebb", "second", "third"],
    });
  });

  test("prune deletes, or keeps the latest state", async () => {
    const { client } = await startTestServer({ steps });
    const threads = await Promise.all([client.threads.create(), client.threads.create()]);
    const ids = threads.map(({ thread_id }) => thread_id);
    for (const id of ids) await client.runs.wait(id, "steps", { input: { topic: "tides" } });
    expect(await client.threads.prune([ids[0]!, crypto.randomUUID()], { strategy: "keep_latest" })).toEqual({
      pruned_count: 1,
    });
    expect(await client.threads.getHistory(ids[0]!)).toMatchObject([{ values: { log }, parent_checkpoint: null }]);
    expect(await client.threads.getHistory(ids[1]!)).toHaveLength(5);
    expect(await client.threads.prune(ids)).toEqual({ pruned_count: 2 });
    expect(await client.threads.count()).toBe(0);
  });

  test("a copy has the history, and goes its own way", async () => {
    const { client } = await startTestServer({ approval });
    const { thread_id } = await client.threads.create({ metadata: { owner: "Ada" } });
    await client.runs.wait(thread_id, "approval", { input: { topic: "tides" } });
    const copy = await client.threads.copy(thread_id);
    expect(copy).toMatchObject({ status: "interrupted", metadata: { owner: "Ada", thread_id: copy.thread_id } });
    await client.runs.wait(copy.thread_id, "approval", { command: { resume: "yes" } });
    expect(await client.threads.get(copy.thread_id)).toMatchObject({
      status: "idle",
      values: { log: ["answered yes", "published"] },
    });
    expect(await client.threads.get(thread_id)).toMatchObject({ status: "interrupted", values: { log: [] } });
    await expect(client.threads.copy(crypto.randomUUID())).rejects.toThrow("404");
  });

  test("a change answers the thread as it is, or nothing where that is preferred", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    expect(await client.threads.update(thread_id, { metadata: { a: 1 } })).toMatchObject({
      values: { log },
      metadata: { a: 1 },
    });
    expect(await client.threads.update(thread_id, { metadata: { a: 2 }, returnMinimal: true })).toBeUndefined();
    expect(await client.threads.get(thread_id)).toMatchObject({ metadata: { a: 2 } });
  });

  test("supersteps give a new thread its state, once", async () => {
    const { client, url } = await startTestServer({ steps });
    const threadId = crypto.randomUUID();
    const supersteps = [
      { updates: [{ values: { topic: "tides" }, asNode: "__start__" }] },
      { updates: [{ values: null, command: { update: { log: ["by hand"] } }, asNode: "first" }] },
    ];
    const payload = { threadId, graphId: "steps", supersteps, ifExists: "do_nothing" as const };
    const created = await client.threads.create(payload);
    expect(created).toMatchObject({ status: "interrupted", values: { topic: "tides", log: ["by hand"] } });
    expect(await client.threads.create(payload)).toEqual(created);
    expect(await client.runs.wait(threadId, "steps", { input: null })).toMatchObject({
      log: ["by hand", "second", "third"],
    });

    const refused = { graphId: "steps", supersteps: [{ updates: [{ values: {}, asNode: "fourth" }] }] };
    await expect(client.threads.create({ ...refused, threadId: crypto.randomUUID() })).rejects.toThrow("422");
    await expect(client.threads.create({ supersteps })).rejects.toThrow("422");
    expect(await client.threads.count()).toBe(1);
    const { thread_id } = await client.threads.create({ graphId: "steps" });
    await expect(client.threads.create({ ...refused, threadId: thread_id, ifExists: "do_nothing" })).rejects.toThrow(
      "422",
    );
    expect(await client.threads.get(thread_id)).toMatchObject({ thread_id });
    const answer = await send(`${url}/threads`, { method: "POST", body: JSON.stringify({ ttl: -1 }) });
    expect(answer.status).toBe(422);
  });
});

describe("state", () => {
  test("a new thread has none", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    expect(await client.threads.getState(thread_id)).toMatchObject({
      values: {},
      next: [],
      tasks: [],
      checkpoint: null,
    });
    expect(await client.threads.getHistory(thread_id)).toEqual([]);
  });

  test("the latest, one of its history, and the history itself agree", async () => {
    const { client, url } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    const latest = await client.threads.getState(thread_id);
    expect(latest).toMatchObject({ values: { log }, next: [], checkpoint: { thread_id, checkpoint_ns: "" } });
    const history = await client.threads.getHistory(thread_id);
    expect(history.map(({ next }) => next)).toEqual([[], ["third"], ["second"], ["first"], ["__start__"]]);
    expect(history[0]).toEqual(latest);
    expect(history[1]!.checkpoint).toEqual(latest.parent_checkpoint);

    const { checkpoint } = history[1]!;
    expect(await client.threads.getState(thread_id, checkpoint.checkpoint_id!)).toEqual(history[1]);
    expect(await client.threads.getState(thread_id, checkpoint)).toEqual(history[1]);
    const query = `${url}/threads/${thread_id}/state?checkpoint_id=`;
    expect(JSON.parse((await send(`${query}${checkpoint.checkpoint_id}`)).text)).toEqual(history[1]);
    for (const wrong of ["latest", `${checkpoint.checkpoint_id}&checkpoint_id=5`]) {
      expect(await send(query + wrong)).toMatchObject({ status: 422 });
    }
    const page = await send(`${url}/threads/${thread_id}/history?limit=2&before=${latest.checkpoint.checkpoint_id}`);
    expect(JSON.parse(page.text)).toEqual(history.slice(1, 3));
    const { checkpoint_id } = latest.checkpoint;
    for (const before of [checkpoint_id, { checkpoint_id }, { configurable: { checkpoint_id } }]) {
      expect(await client.threads.getHistory(thread_id, { before: before as Config })).toEqual(history.slice(1));
    }
    for (const before of ["latest", {}, { configurable: {} }, { configurable: { checkpoint_id: 5 } }, 5, []]) {
      await expect(client.threads.getHistory(thread_id, { before: before as Config })).rejects.toThrow("422");
    }
    expect(await client.threads.getHistory(thread_id, { limit: 1 })).toEqual(history.slice(0, 1));
  });

  test.each([
    { input: { messages: [{ content: "hi" }] } },
    { input: { messages: [{ role: "usr", content: "hi" }] } },
    { input: { messages: 5 } },
    { input: { messages: [null] } },
    { command: { update: { messages: [{ content: "hi" }] } } },
  ])("%j, which the reducer refuses, is left out of it", async (body) => {
    const { client, url } = await startTestServer({ echo });
    const { thread_id } = await client.threads.create();
    const input = { messages: [{ role: "user", content: "hello", id: "1" }] };
    await client.runs.wait(thread_id, "echo", { input });
    const before = await client.threads.getState(thread_id);
    const refused = await send(`${url}/threads/${thread_id}/runs/wait`, {
      method: "POST",
      body: JSON.stringify({ assistant_id: "echo", ...body }),
    });
    expect(refused.text).toContain("__error__");
    expect(await client.threads.get(thread_id)).toMatchObject({ status: "error", values: before.values });
    expect(await client.threads.getState(thread_id)).toMatchObject({ values: before.values });
    expect(await client.threads.getHistory(thread_id)).not.toEqual([]);
  });

  test("an unknown checkpoint answers 404", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    await expect(client.threads.getState(thread_id, crypto.randomUUID())).rejects.toThrow("404");
  });

  test("subgraphs show their own state where it is asked for", async () => {
    const outer = new StateGraph(LogState).addNode("inner", approval.compile()).addEdge(START, "inner");
    const { client } = await startTestServer({ outer });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "outer", { input: { topic: "tides" } });
    const plain = await client.threads.getState(thread_id);
    expect(plain.tasks).toMatchObject([
      { name: "inner", state: null, checkpoint: { thread_id, checkpoint_ns: expect.stringMatching(/^inner:/) } },
    ]);
    const whole = await client.threads.getState(thread_id, undefined, { subgraphs: true });
    expect(whole.tasks).toMatchObject([{ name: "inner", state: { values: { topic: "tides" }, next: ["ask"] } }]);
  });

  test("an interrupt is in the tasks", async () => {
    const { client } = await startTestServer({ approval });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "approval", { input: { topic: "tides" } });
    const { tasks, next } = await client.threads.getState(thread_id);
    expect(next).toEqual(["ask"]);
    expect(tasks).toMatchObject([{ name: "ask", error: null, interrupts: [{ value: "Publish tides?" }] }]);
  });

  test("a person can change it, also from an earlier checkpoint", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    await client.threads.updateState(thread_id, { values: { log: ["by hand"] }, asNode: "third" });
    expect((await client.threads.getState(thread_id)).values).toMatchObject({ log: [...log, "by hand"] });

    const { checkpoint } = (await client.threads.getHistory(thread_id)).find(({ next }) => next[0] === "second")!;
    const changed = await client.threads.updateState(thread_id, {
      values: { topic: "ebb" },
      asNode: "first",
      checkpoint,
    });
    expect(changed).toMatchObject({ checkpoint: { thread_id } });
    expect(await client.threads.getState(thread_id)).toMatchObject({
      values: { topic: "ebb", log: ["first tides"] },
      next: ["second"],
    });
  });

  test("the status of a thread follows what a person makes of its state", async () => {
    const { client } = await startTestServer({ approval });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "approval", { input: { topic: "tides" } });
    const before = await client.threads.get(thread_id);
    await client.threads.updateState(thread_id, { values: { log: ["by hand"] }, asNode: "publish" });
    const after = await client.threads.get(thread_id);
    expect([before.status, after.status]).toEqual(["interrupted", "idle"]);
    expect(after.interrupts).toEqual({});
    expect(after.state_updated_at > before.state_updated_at).toBe(true);
    await client.threads.updateState(thread_id, { values: {}, asNode: "ask" });
    expect((await client.threads.get(thread_id)).status).toBe("interrupted");
  });

  test("a run that goes on keeps others from changing it", async () => {
    const gate = createGate();
    const { client } = await startTestServer({ gate: gate.graph });
    const { thread_id } = await client.threads.create();
    await client.runs.create(thread_id, "gate", { input: { topic: "" } });
    await gate.entered;
    await expect(client.threads.updateState(thread_id, { values: {}, asNode: "before" })).rejects.toThrow("409");
    gate.open();
  });

  test("a checkpoint is copied, as Studio does to run from it again", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    const { checkpoint } = (await client.threads.getHistory(thread_id)).find(({ next }) => next[0] === "third")!;
    await client.threads.updateState(thread_id, { values: null as never, asNode: "__copy__", checkpoint });
    expect(await client.threads.getState(thread_id)).toMatchObject({
      next: ["third"],
      values: { log: log.slice(0, 2) },
      metadata: { source: "fork" },
    });
  });

  test("select answers the fields that are asked for", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    expect(await client.threads.getState(thread_id, undefined, { select: ["values.log", "next"] })).toEqual({
      values: { log },
      next: [],
    });
    expect(await client.threads.getHistory(thread_id, { limit: 2, select: ["next"] })).toEqual([
      { next: [] },
      { next: ["third"] },
    ]);
  });

  test("history is filtered by metadata", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    const history = await client.threads.getHistory(thread_id, { metadata: { source: "input" } });
    expect(history.map(({ next }) => next)).toEqual([["__start__"]]);
  });

  test.each([
    { as_node: "fourth", values: {} },
    { as_node: "constructor", values: {} },
    { as_node: "toString", values: {} },
    { as_node: "third", values: { log: "no list" } },
  ])("%j does not fit the graph and answers 422", async (change) => {
    const { client, url } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    const answer = await send(`${url}/threads/${thread_id}/state`, { method: "POST", body: JSON.stringify(change) });
    expect(answer).toMatchObject({ status: 422, headers: { "x-troupe-error": "invalid_request" } });
  });
});
