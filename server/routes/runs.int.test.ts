import { START, StateGraph, StateSchema } from "@langchain/langgraph";
import { Client, type Config } from "@langchain/langgraph-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { collect } from "../../testing/index.ts";
import { approval, createGate, echo, failing, nested, steps } from "../../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const allLog = ["first tides", "second", "third"];

describe("wait", () => {
  test("answers the last values and leaves them in the thread", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    expect(await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } })).toEqual({
      topic: "tides",
      log: allLog,
    });
    const thread = await client.threads.get(thread_id);
    expect(thread).toMatchObject({
      status: "idle",
      values: { topic: "tides", log: allLog },
      metadata: { graph_id: "steps" },
    });
  });

  test("a message comes as a flat dictionary", async () => {
    const { client } = await startTestServer({ echo });
    const input = { messages: [{ role: "user", content: "hello", id: "1" }] };
    const values = (await client.runs.wait(null, "echo", { input })) as { messages: unknown[] };
    expect(values.messages).toEqual([
      expect.objectContaining({ type: "human", content: "hello", id: "1" }),
      expect.objectContaining({ type: "ai", content: "You said hello", id: "answer-1" }),
    ]);
  });

  test("an error is told as __error__, and the thread has it", async () => {
    const { client, url } = await startTestServer({ failing });
    const { thread_id } = await client.threads.create();
    const body = JSON.stringify({ assistant_id: "failing", input: { topic: "tides" } });
    const response = await send(`${url}/threads/${thread_id}/runs/wait`, { method: "POST", body });
    expect(response.status).toBe(200);
    expect(JSON.parse(response.text)).toEqual({ __error__: { error: "RangeError", message: "The tide is out." } });
    expect(await client.threads.get(thread_id)).toMatchObject({
      status: "error",
      error: { error: "RangeError", message: "The tide is out." },
      values: { log: ["first"] },
    });
    await expect(client.runs.wait(thread_id, "failing", { input: { topic: "" } })).rejects.toThrow(
      "RangeError: The tide is out.",
    );
  });

  test("runs at the same time do not mix", async () => {
    const { client } = await startTestServer({ steps });
    const topics = Array.from({ length: 24 }, (_, number) => `topic ${number}`);
    const all = await Promise.all(topics.map((topic) => client.runs.wait(null, "steps", { input: { topic } })));
    expect(all).toEqual(topics.map((topic) => ({ topic, log: [`first ${topic}`, "second", "third"] })));
  });

  test("a stateless run's thread is gone afterwards, unless it is to be kept", async () => {
    const { client } = await startTestServer({ steps });
    const run = async (onCompletion: "keep" | "delete") => {
      const options = { input: { topic: "tides" }, streamMode: "debug", onCompletion } as const;
      const stream = client.runs.stream(null, "steps", options);
      const checkpoint = (await collect(stream)).find(({ event }) => event === "debug")!.data as {
        payload: { checkpoint: { thread_id: string } };
      };
      return checkpoint.payload.checkpoint.thread_id;
    };
    const [gone, kept] = [await run("delete"), await run("keep")];
    expect(await client.threads.get(kept)).toMatchObject({ status: "idle" });
    await expect.poll(() => client.threads.get(gone).catch((error: Error) => error.message)).toContain("404");
  });
});

describe("stream", () => {
  test("starts with the run's metadata, numbers its events, and tells where the run is", async () => {
    const { client, url } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    const body = JSON.stringify({
      assistant_id: "steps",
      input: { topic: "tides" },
      stream_mode: ["values", "updates"],
    });
    const { status, headers, text } = await send(`${url}/threads/${thread_id}/runs/stream`, { method: "POST", body });
    expect(status).toBe(200);
    expect(headers["content-type"]).toContain("text/event-stream");
    const run_id = /runs\/(.+)$/.exec(String(headers["content-location"]))![1];
    expect(headers["content-location"]).toBe(`/threads/${thread_id}/runs/${run_id}`);
    expect(headers.location).toBe(`/threads/${thread_id}/runs/${run_id}/stream`);

    const frames = text
      .trimEnd()
      .split("\n\n")
      .map((frame) => frame.split("\n"));
    expect(frames.map(([id]) => id)).toEqual(frames.map((_, number) => `id: ${number}`));
    expect(frames.map(([, event]) => event)).toEqual([
      "event: metadata",
      "event: values",
      "event: updates",
      "event: values",
      "event: updates",
      "event: values",
      "event: updates",
      "event: values",
    ]);
    expect(frames[0]![2]).toBe(`data: ${JSON.stringify({ run_id, attempt: 1 })}`);
    expect(frames[2]![2]).toBe('data: {"first":{"log":["first tides"]}}');
  });

  test.each([
    ["values", ["values"]],
    ["updates", ["updates"]],
    ["messages-tuple", ["messages"]],
    ["tasks", ["tasks"]],
    ["checkpoints", ["checkpoints"]],
    ["debug", ["debug"]],
    ["events", ["events"]],
    ["messages", ["messages/complete"]],
  ] as const)("the mode %s gives its own events and no others", async (mode, events) => {
    const { client } = await startTestServer({ echo });
    const input = { messages: [{ role: "user", content: "hello", id: "1" }] };
    const parts = await collect(client.runs.stream(null, "echo", { input, streamMode: [mode as "values"] }));
    expect(new Set(parts.slice(1).map(({ event }) => event as string))).toEqual(new Set<string>(events));
    expect(parts[0]).toMatchObject({ event: "metadata", data: { attempt: 1 } });
  });

  test("what a node writes of its own comes in the mode custom", async () => {
    const graph = new StateGraph(new StateSchema({ n: z.number() }))
      .addNode("work", (_, { writer }) => {
        writer?.({ half: true });
        return {};
      })
      .addEdge(START, "work");
    const { client } = await startTestServer({ custom: graph });
    const parts = await collect(client.runs.stream(null, "custom", { input: { n: 1 }, streamMode: "custom" }));
    expect(parts.slice(1)).toMatchObject([{ event: "custom", data: { half: true } }]);
  });

  test("a subgraph's events carry its namespace when they are asked for", async () => {
    const { client } = await startTestServer({ nested });
    const run = (streamSubgraphs: boolean) =>
      collect(
        client.runs.stream(null, "nested", { input: { topic: "tides" }, streamMode: "updates", streamSubgraphs }),
      );
    const names = async (subgraphs: boolean) =>
      (await run(subgraphs)).slice(1).map(({ event }) => (event as string).replace(/:[^|]+/, ":id"));
    expect(await names(false)).toEqual(["updates"]);
    expect(await names(true)).toEqual(["updates|inner:id", "updates|inner:id", "updates|inner:id", "updates"]);
  });

  test("an error ends it as an event", async () => {
    const { client } = await startTestServer({ failing });
    const parts = await collect(client.runs.stream(null, "failing", { input: { topic: "" }, streamMode: "updates" }));
    expect(parts.at(-1)).toMatchObject({ event: "error", data: { error: "RangeError", message: "The tide is out." } });
  });

  test("the run's status is final when its stream ends", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    let run_id = "";
    const onRunCreated = (run: { run_id: string }) => void (run_id = run.run_id);
    await collect(client.runs.stream(thread_id, "steps", { input: { topic: "tides" }, onRunCreated }));
    expect(await client.runs.get(thread_id, run_id)).toMatchObject({ status: "success", thread_id });
    expect(await client.runs.list(thread_id)).toMatchObject([{ run_id, status: "success" }]);
  });
});

describe("joining a run", () => {
  test("every reader gets every event, from where it left off", async () => {
    const gate = createGate();
    const { client } = await startTestServer({ gate: gate.graph });
    const { thread_id } = await client.threads.create();
    const { run_id } = await client.runs.create(thread_id, "gate", { input: { topic: "" }, streamMode: ["updates"] });
    const early = [
      collect(client.runs.joinStream(thread_id, run_id)),
      collect(client.runs.joinStream(thread_id, run_id)),
    ];
    await gate.entered;
    gate.open();
    const [one, other] = await Promise.all(early);
    expect(one!.map(({ id, event }) => [id, event])).toEqual([
      ["0", "metadata"],
      ["1", "updates"],
      ["2", "updates"],
    ]);
    expect(other).toEqual(one);
    expect(await collect(client.runs.joinStream(thread_id, run_id))).toEqual(one);
    expect(await collect(client.runs.joinStream(thread_id, run_id, { lastEventId: "1" }))).toEqual(one!.slice(2));
  });

  test("an unknown run answers 404", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await expect(collect(client.runs.joinStream(thread_id, crypto.randomUUID()))).rejects.toThrow("404");
  });
});

describe("interrupts and commands", () => {
  test("an interrupt is told, kept in the thread, and answered by a command", async () => {
    const { client } = await startTestServer({ approval });
    const { thread_id } = await client.threads.create();
    const asked = await client.runs.wait(thread_id, "approval", { input: { topic: "tides" } });
    expect(asked).toMatchObject({ topic: "tides", __interrupt__: [{ value: "Publish tides?" }] });
    const thread = await client.threads.get(thread_id);
    expect(thread.status).toBe("interrupted");
    expect(Object.values(thread.interrupts)).toMatchObject([[{ value: "Publish tides?" }]]);

    const answered = await client.runs.wait(thread_id, "approval", { command: { resume: "yes" } });
    expect(answered).toMatchObject({ log: ["answered yes", "published"] });
    expect((await client.threads.get(thread_id)).status).toBe("idle");
  });

  test("a stream ends with the interrupt", async () => {
    const { client } = await startTestServer({ approval });
    const stream = client.runs.stream(null, "approval", {
      input: { topic: "tides" },
      streamMode: ["updates", "values"],
    });
    const parts = (await collect(stream)).filter(({ data }) => "__interrupt__" in (data as object));
    expect(parts.map(({ event }) => event)).toEqual(["updates", "values"]);
  });

  test("interrupt_before stops in front of a node, and a run without input goes on", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" }, interruptBefore: ["second"] });
    expect(await client.threads.getState(thread_id)).toMatchObject({
      next: ["second"],
      values: { log: ["first tides"] },
    });
    expect((await client.threads.get(thread_id)).status).toBe("interrupted");
    expect(await client.runs.wait(thread_id, "steps", { input: null })).toMatchObject({ log: allLog });
  });

  test("a command updates the state and goes to a node", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    const command = { goto: "third", update: { log: ["by hand"] } };
    expect(await client.runs.wait(thread_id, "steps", { command })).toMatchObject({
      log: [...allLog, "by hand", "third"],
    });
  });

  test.each([
    [{ command: { goto: "fourth" } }, '"fourth"', '"third"'],
    [{ command: { goto: { node: "nowhere", input: {} } } }, '"nowhere"', '"third"'],
    [{ command: { goto: "constructor" } }, '"constructor"', '"first"'],
    [{ command: { goto: ["__proto__"] } }, '"__proto__"', '"first"'],
    [{ command: { goto: { node: "hasOwnProperty" } } }, '"hasOwnProperty"', '"first"'],
    [{ command: { update: { lgo: [] } } }, '"lgo"', '"log"'],
    [{ input: { tpoic: "tides" } }, '"tpoic"', '"topic"'],
  ])("%j, which would end the run in silence, answers 422 with the names there are", async (body, wrong, right) => {
    const { url } = await startTestServer({ steps });
    const response = await send(`${url}/runs/wait`, {
      method: "POST",
      body: JSON.stringify({ assistant_id: "steps", ...body }),
    });
    expect(response.status).toBe(422);
    expect(response.text).toContain(wrong);
    expect(decodeURIComponent(String(response.headers["x-troupe-hint"]))).toContain(right);
  });

  test.each([{ checkpoint_id: "first" }, { checkpoint_id: {} }, { checkpoint_ns: 5 }, { checkpoint_map: 5 }])(
    "config.configurable may point to no checkpoint by %j",
    async (configurable) => {
      const { client } = await startTestServer({ steps });
      const run = client.runs.wait(null, "steps", {
        input: { topic: "" },
        config: { configurable: configurable as Config["configurable"] },
      });
      await expect(run).rejects.toThrow(/422.*configurable/);
    },
  );

  test("a run can start from an earlier checkpoint, and the next one does not", async () => {
    const { client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
    const history = await client.threads.getHistory(thread_id);
    const before = history.find(({ next }) => next[0] === "third")!;
    await client.runs.wait(thread_id, "steps", { input: null, checkpointId: before.checkpoint.checkpoint_id! });
    const after = await client.runs.wait(thread_id, "steps", { input: { topic: "ebb" } });
    expect(after).toMatchObject({ log: [...allLog, "first ebb", "second", "third"] });
  });
});

describe("several runs on one thread", () => {
  test("the second is refused, or waits its turn", async () => {
    const gate = createGate();
    const { client } = await startTestServer({ gate: gate.graph, steps });
    const { thread_id } = await client.threads.create();
    const first = client.runs.wait(thread_id, "gate", { input: { topic: "" } });
    await gate.entered;
    await expect(client.runs.create(thread_id, "steps", { input: { topic: "tides" } })).rejects.toThrow("422");
    const second = client.runs.wait(thread_id, "steps", { input: { topic: "tides" }, multitaskStrategy: "enqueue" });
    expect((await client.threads.get(thread_id)).status).toBe("busy");
    gate.open();
    await first;
    expect(await second).toMatchObject({ log: ["before", "waited", ...allLog] });
  });

  test("a thread that is not there is an error, or made", async () => {
    const { client } = await startTestServer({ steps });
    const thread_id = crypto.randomUUID();
    const input = { topic: "tides" };
    await expect(client.runs.wait(thread_id, "steps", { input })).rejects.toThrow("404");
    expect(await client.runs.wait(thread_id, "steps", { input, ifNotExists: "create" })).toMatchObject({ log: allLog });
    expect(await client.threads.get(thread_id)).toMatchObject({ status: "idle" });
  });
});

describe("a client that goes away", () => {
  test("its run goes on", async () => {
    const gate = createGate();
    const { client } = await startTestServer({ gate: gate.graph });
    const { thread_id } = await client.threads.create();
    const left = new AbortController();
    const stream = collect(client.runs.stream(thread_id, "gate", { input: { topic: "" }, signal: left.signal }));
    await gate.entered;
    left.abort();
    await stream.catch(() => {});
    gate.open();
    await expect
      .poll(() => client.threads.get(thread_id))
      .toMatchObject({ status: "idle", values: { log: ["before", "waited"] } });
  });

  test.each(["stream", "wait"] as const)("its run ends when it asked for that (%s)", async (way) => {
    const gate = createGate();
    const { client } = await startTestServer({ gate: gate.graph });
    const { thread_id } = await client.threads.create();
    const left = new AbortController();
    const options = { input: { topic: "" }, onDisconnect: "cancel", signal: left.signal } as const;
    const reading =
      way === "stream"
        ? collect(client.runs.stream(thread_id, "gate", options))
        : client.runs.wait(thread_id, "gate", options);
    await gate.entered;
    left.abort();
    await reading.catch(() => {});
    await expect.poll(() => client.runs.list(thread_id)).toMatchObject([{ status: "interrupted" }]);
    expect(await client.threads.get(thread_id)).toMatchObject({ status: "idle", values: { log: ["before"] } });
  });
});

test("config, context and headers reach the graph; keys that steer LangGraph do not", async () => {
  const graph = new StateGraph(
    new StateSchema({ seen: z.record(z.string(), z.unknown()) }),
    z.object({ user: z.string() }),
  )
    .addNode("look", (_, config) => {
      const { configurable, context, metadata, tags } = config as unknown as Record<string, unknown>;
      return { seen: { configurable, context, metadata, tags } };
    })
    .addEdge(START, "look");
  const { url } = await startTestServer({ look: graph });
  const client = new Client({ apiUrl: url, apiKey: "secret", defaultHeaders: { "x-tenant": "blue" } });
  const { seen } = (await client.runs.wait(null, "look", {
    input: { seen: {} },
    context: { user: "Ada" },
    config: { tags: ["night"], configurable: { tone: "dry", __pregel_checkpointer: "none" } },
    metadata: { batch: 7 },
  })) as { seen: Record<string, Record<string, unknown>> };
  expect(seen).toMatchObject({
    configurable: { tone: "dry", graph_id: "look", "x-tenant": "blue" },
    context: { user: "Ada" },
    metadata: { batch: 7, created_by: "system" },
    tags: expect.arrayContaining(["night"]),
  });
  expect(seen.configurable).not.toHaveProperty("x-api-key");
});
