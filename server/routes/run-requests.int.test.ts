import { expect, test, vi } from "vitest";
import { createGate, steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const post = (body: object, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers,
  body: JSON.stringify(body),
});

test("a batch starts all of its runs, or none of them", async () => {
  const { client, url } = await startTestServer({ steps });
  const runs = await client.runs.createBatch([
    { assistantId: "steps", input: { topic: "a" } },
    { assistantId: "steps", input: { topic: "b" } },
  ]);
  expect(runs).toHaveLength(2);
  const answer = await send(`${url}/runs/batch`, post([{ assistant_id: "steps" }, { assistant_id: "nobody" }]));
  expect(answer.status).toBe(404);
});

test.each(["wait", "stream"])("a body that is nested too deeply to be kept answers 422 (%s)", async (way) => {
  const { url } = await startTestServer({ steps });
  const nest = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const body = (levels: number) => `{"assistant_id":"steps","input":{},"metadata":{"nested":${nest(levels)}}}`;
  expect(await send(`${url}/runs/${way}`, { method: "POST", body: body(100_000) })).toMatchObject({ status: 422 });
  expect(await send(`${url}/runs/${way}`, { method: "POST", body: body(400) })).toMatchObject({ status: 200 });
});

test("a request that is sent again with its Idempotency-Key answers the same run", async () => {
  const { client, url } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const path = `${url}/threads/${thread_id}/runs`;
  const request = post({ assistant_id: "steps", input: { topic: "tide" } }, { "idempotency-key": "k-1" });
  const [first, second] = [await send(path, request), await send(path, request)];
  const { run_id } = JSON.parse(first.text) as { run_id: string };
  expect(JSON.parse(second.text)).toMatchObject({ run_id });
  await client.runs.join(thread_id, run_id);
  expect(await client.runs.list(thread_id)).toHaveLength(1);
  const other = await send(path, post({ assistant_id: "steps" }, { "idempotency-key": "k-1" }));
  expect(other).toMatchObject({ status: 422, headers: { "x-troupe-error": "idempotency_key_reused" } });
  const elsewhere = await send(`${url}/runs/wait`, request);
  expect(JSON.parse(elsewhere.text)).toMatchObject({ topic: "tide" });
});

test("nothing is left uncaught when a thread goes whose run was asked for twice", async () => {
  const uncaught = vi.fn();
  process.on("unhandledRejection", uncaught);
  const gate = createGate();
  const { client, url } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const request = post({ assistant_id: "gate", input: { topic: "" } }, { "idempotency-key": "k" });
  await send(`${url}/threads/${thread_id}/runs`, request);
  expect(await send(`${url}/threads/${thread_id}/runs`, request)).toMatchObject({ status: 200 });
  await client.threads.delete(thread_id);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", uncaught);
  expect(uncaught).not.toHaveBeenCalled();
});

test("stateless runs that another server on the same data executes are waited for and read here", async () => {
  const data = makeTemporaryFolder();
  const gate = createGate();
  const { client, url } = await startTestServer({ gate: gate.graph, steps }, { data, concurrency: 1, leaseMs: 900 });
  const { thread_id } = await client.threads.create();
  const held = send(`${url}/threads/${thread_id}/runs/wait`, post({ assistant_id: "gate", input: { topic: "" } }));
  await gate.entered;
  const other = await startTestServer({ gate: gate.graph, steps }, { data });
  const request = post({ assistant_id: "steps", input: { topic: "tide" } });
  const [waited, read] = await Promise.all([send(`${url}/runs/wait`, request), send(`${url}/runs/stream`, request)]);
  expect(JSON.parse(waited.text)).toMatchObject({ log: ["first tide", "second", "third"] });
  expect(read.text.match(/^event: .*/gm)).toEqual(["event: metadata", ...Array<string>(4).fill("event: values")]);
  // And who waits here is told that the thread went there, by a server that then says nothing more.
  await other.client.threads.delete(thread_id);
  await other.close({ deadlineMs: 0 });
  expect(await held).toMatchObject({ status: 404 });
});

test("a batch that is sent again with its Idempotency-Key answers the same runs", async () => {
  const { url } = await startTestServer({ steps });
  const body = { assistant_id: "steps", input: { topic: "tide" }, on_completion: "keep" };
  const request = post([body, body], { "idempotency-key": "batch" });
  const start = async () => JSON.parse((await send(`${url}/runs/batch`, request)).text) as { run_id: string }[];
  const [first, second] = [await start(), await start()];
  expect(new Set([...first, ...second].map(({ run_id }) => run_id)).size).toBe(2);
});

test("wait and stream with a known Idempotency-Key answer what the run came to", async () => {
  const { client, url } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const headers = { "idempotency-key": "again" };
  const request = post({ assistant_id: "steps", input: { topic: "tide" }, stream_mode: "updates" }, headers);
  const wait = () => send(`${url}/threads/${thread_id}/runs/wait`, request);
  expect((await wait()).text).toBe((await wait()).text);
  const stream = () => send(`${url}/threads/${thread_id}/runs/stream`, request);
  const [first, second] = [await stream(), await stream()];
  expect(first.text).toContain("id: 3\nevent: updates");
  expect(second.text).toBe(first.text);
  expect(await client.runs.list(thread_id)).toHaveLength(2);
});

test("onCompletion takes what the SDK's types name", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const values = await client.runs.wait(thread_id, "steps", { input: { topic: "tide" }, onCompletion: "complete" });
  expect(values).toMatchObject({ topic: "tide" });
});

test("a run that is to start later waits, and can be cancelled before it starts", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const soon = await client.runs.create(thread_id, "steps", { input: { topic: "soon" }, afterSeconds: 0.05 });
  expect(soon.status).toBe("pending");
  expect(await client.runs.join(thread_id, soon.run_id)).toMatchObject({ topic: "soon" });
  const late = await client.runs.create(thread_id, "steps", { afterSeconds: 3600 });
  await client.runs.cancel(thread_id, late.run_id, true);
  expect(await client.runs.get(thread_id, late.run_id)).toMatchObject({ status: "interrupted" });
});

test("the strategy interrupt stops the run that goes on, and rollback leaves nothing of it", async () => {
  const gate = createGate();
  const { client } = await startTestServer({ gate: gate.graph, steps });
  for (const multitaskStrategy of ["interrupt", "rollback"] as const) {
    const { thread_id } = await client.threads.create();
    const { run_id } = await client.runs.create(thread_id, "gate", { input: { topic: "old" } });
    await gate.entered;
    await vi.waitUntil(async () => (await client.threads.getState(thread_id)).next.includes("wait"));
    const values = await client.runs.wait(thread_id, "steps", { input: { topic: "new" }, multitaskStrategy });
    const log = ["first new", "second", "third"];
    expect(values).toEqual({ topic: "new", log: multitaskStrategy === "interrupt" ? ["before", ...log] : log });
    const old = client.runs.get(thread_id, run_id);
    if (multitaskStrategy === "interrupt") expect((await old).status).toBe("interrupted");
    else await expect(old).rejects.toMatchObject({ status: 404 });
  }
});

test("a fork does not make later runs fork again", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  await client.runs.wait(thread_id, "steps", { input: { topic: "one" } });
  const [, , early] = (await client.threads.getHistory(thread_id)).toReversed();
  await client.runs.wait(thread_id, "steps", { input: null, checkpointId: early!.checkpoint.checkpoint_id! });
  expect((await client.threads.get(thread_id)).config).not.toHaveProperty("configurable.checkpoint_id");
  const values = await client.runs.wait(thread_id, "steps", { input: { topic: "two" } });
  expect(values).toMatchObject({ log: ["first one", "second", "third", "first two", "second", "third"] });
});

test("a later run inherits what the thread was configured with", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  await client.runs.wait(thread_id, "steps", { input: {}, config: { configurable: { tone: "calm" } } });
  const run = await client.runs.create(thread_id, "steps", { input: {} });
  expect(run).toMatchObject({ kwargs: { config: { configurable: { tone: "calm" } } } });
});

test("what an assistant is configured with reaches its own runs only, and as it is now", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const { assistant_id } = await client.assistants.create({
    graphId: "steps",
    config: { configurable: { tone: "calm" } },
  });
  const toneOf = async (name: string) => {
    const run = await client.runs.create(thread_id, name, { input: {} });
    await client.runs.join(thread_id, run.run_id);
    return (run as unknown as { kwargs: { config: { configurable: { tone?: string } } } }).kwargs.config.configurable
      .tone;
  };
  expect(await toneOf(assistant_id)).toBe("calm");
  await client.assistants.update(assistant_id, { config: { configurable: { tone: "brisk" } } });
  expect(await toneOf(assistant_id)).toBe("brisk");
  expect(await toneOf("steps")).toBeUndefined();
});

test("more streams or waiting runs than the limits answer 429 and when to come back", async () => {
  vi.stubEnv("TROUPE_MAX_STREAMS", "1");
  vi.stubEnv("TROUPE_MAX_PENDING_RUNS", "1");
  const gate = createGate();
  const { client, url } = await startTestServer({ gate: gate.graph });
  vi.unstubAllEnvs();
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "gate", { input: {} });
  await gate.entered;
  const stop = new AbortController();
  const reading = fetch(`${url}/threads/${thread_id}/runs/${run_id}/stream`, { signal: stop.signal });
  await reading;
  const second = await send(`${url}/threads/${thread_id}/runs/${run_id}/stream`);
  expect(second).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  await client.runs.create(thread_id, "gate", { input: {}, multitaskStrategy: "enqueue" });
  const third = client.runs.create(thread_id, "gate", { input: {}, multitaskStrategy: "enqueue" });
  await expect(third).rejects.toMatchObject({ status: 429 });
  stop.abort();
});
