import { expect, test } from "vitest";
import { collect } from "../../testing/index.ts";
import { createGate, failing, steps } from "../../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const unknown = "00000000-0000-4000-8000-000000000000";

test("a cancelled run ends as interrupted, and the thread keeps the values that its nodes committed", async () => {
  const gate = createGate();
  const { client } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "gate", { input: { topic: "tide" } });
  await gate.entered;
  await client.runs.cancel(thread_id, run_id, true);
  expect(await client.runs.get(thread_id, run_id)).toMatchObject({ status: "interrupted" });
  const thread = await client.threads.get(thread_id);
  expect(thread).toMatchObject({ status: "idle", values: { topic: "tide", log: ["before"] } });
});

test("a run that is rolled back is gone with its checkpoints, and the thread is as it was before", async () => {
  const gate = createGate();
  const { client } = await startTestServer({ steps, gate: gate.graph });
  const { thread_id } = await client.threads.create();
  await client.runs.wait(thread_id, "steps", { input: { topic: "tide" } });
  const before = await client.threads.getHistory(thread_id);
  const { run_id } = await client.runs.create(thread_id, "gate", { input: { topic: "moon" } });
  await gate.entered;
  await client.runs.cancel(thread_id, run_id, true, "rollback");
  await expect(client.runs.get(thread_id, run_id)).rejects.toMatchObject({ status: 404 });
  const after = await client.threads.getHistory(thread_id);
  expect(after.map(({ checkpoint }) => checkpoint.checkpoint_id)).toEqual(
    before.map(({ checkpoint }) => checkpoint.checkpoint_id),
  );
  expect((await client.threads.get(thread_id)).status).toBe("idle");
});

test("wait=0 does not wait for a cancelled run to end", async () => {
  const gate = createGate();
  const { client, url } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "gate", { input: {} });
  const cancelled = await send(`${url}/threads/${thread_id}/runs/${run_id}/cancel?wait=0`, { method: "POST" });
  expect(cancelled.status).toBe(202);
  const waited = await send(`${url}/threads/${thread_id}/runs/${run_id}/cancel?wait=1`, { method: "POST" });
  expect(waited.status).toBe(204);
});

test("a joined run answers its values, however often it is joined and after its end", async () => {
  const gate = createGate();
  const { client } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "gate", { input: { topic: "tide" } });
  const joined = [client.runs.join(thread_id, run_id), client.runs.join(thread_id, run_id)];
  await gate.entered;
  gate.open();
  const values = { topic: "tide", log: ["before", "waited"] };
  expect(await Promise.all(joined)).toEqual([values, values]);
  expect(await client.runs.join(thread_id, run_id)).toEqual(values);
});

test("a joined run that failed answers its error, encoded once", async () => {
  const { client } = await startTestServer({ failing });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "failing", { input: {} });
  const error = { __error__: { error: "RangeError", message: "The tide is out." } };
  expect(await client.runs.join(thread_id, run_id)).toEqual(error);
  expect(await client.runs.join(thread_id, run_id)).toEqual(error);
});

test("to look up, join, cancel or delete an unknown run answers 404", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const refused = { status: 404 };
  await expect(client.runs.get(thread_id, unknown)).rejects.toMatchObject(refused);
  await expect(client.runs.join(thread_id, unknown)).rejects.toMatchObject(refused);
  await expect(client.runs.cancel(thread_id, unknown)).rejects.toMatchObject(refused);
  await expect(client.runs.delete(thread_id, unknown)).rejects.toMatchObject(refused);
  await expect(collect(client.runs.joinStream(thread_id, unknown))).rejects.toMatchObject(refused);
});

test("every client that joins a run gets every event, and so does one that comes after its end", async () => {
  const gate = createGate();
  const { client } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "gate", { input: {}, streamMode: ["updates", "values"] });
  const early = [1, 2, 3].map(() => collect(client.runs.joinStream(thread_id, run_id)));
  await gate.entered;
  gate.open();
  const late = await early[0]!.then(() => collect(client.runs.joinStream(thread_id, run_id)));
  const [first, second, third] = await Promise.all(early);
  expect(first!.map(({ id }) => id)).toEqual(first!.map((_, index) => String(index)));
  expect(second).toEqual(first);
  expect(third).toEqual(first);
  expect(late).toEqual(first);
});

test("a client that joins with stream modes gets the events of these, and may go on behind one", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "steps", { input: {}, streamMode: ["updates", "values"] });
  const all = await collect(client.runs.joinStream(thread_id, run_id));
  const updates = await collect(client.runs.joinStream(thread_id, run_id, { streamMode: "updates" }));
  expect(updates).toEqual(all.filter(({ event }) => event === "metadata" || event === "updates"));
  const rest = await collect(client.runs.joinStream(thread_id, run_id, { lastEventId: all[2]!.id }));
  expect(rest).toEqual(all.slice(3));
});

test("runs are listed newest first, by pages, by status and by fields", async () => {
  const { client } = await startTestServer({ steps, failing });
  const { thread_id } = await client.threads.create();
  const ids: string[] = [];
  for (const graph of ["steps", "failing", "steps"]) {
    const run = await client.runs.create(thread_id, graph, { input: {}, multitaskStrategy: "enqueue" });
    ids.unshift(run.run_id);
    await client.runs.join(thread_id, run.run_id);
  }
  const listed = async (options: object) => (await client.runs.list(thread_id, options)).map(({ run_id }) => run_id);
  expect(await listed({})).toEqual(ids);
  expect(await listed({ limit: 1, offset: 1 })).toEqual([ids[1]]);
  expect(await listed({ status: "error" })).toEqual([ids[1]]);
  const [picked] = await client.runs.list(thread_id, { limit: 1, select: ["run_id", "status"] });
  expect(picked).toEqual({ run_id: ids[0], status: "success" });
});

test("a run that has ended is deleted with its events, and one that has not is kept", async () => {
  const gate = createGate();
  const { client } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const { run_id } = await client.runs.create(thread_id, "gate", { input: {} });
  await gate.entered;
  await expect(client.runs.delete(thread_id, run_id)).rejects.toMatchObject({ status: 409 });
  gate.open();
  await client.runs.join(thread_id, run_id);
  await client.runs.delete(thread_id, run_id);
  await expect(client.runs.get(thread_id, run_id)).rejects.toMatchObject({ status: 404 });
});

test("many runs are cancelled at once, by their ids or their status, and what names none is refused", async () => {
  const gate = createGate();
  const { client, url } = await startTestServer({ gate: gate.graph });
  const { thread_id } = await client.threads.create();
  const runs = [];
  for (let n = 0; n < 3; n++)
    runs.push(await client.runs.create(thread_id, "gate", { input: {}, multitaskStrategy: "enqueue" }));
  await gate.entered;
  await client.runs.cancelMany({ threadId: thread_id, runIds: [runs[1]!.run_id] });
  expect((await client.runs.get(thread_id, runs[1]!.run_id)).status).toBe("interrupted");
  await client.runs.cancelMany({ status: "all" });
  await Promise.all(runs.map(({ run_id }) => client.runs.join(thread_id, run_id)));
  expect((await client.runs.list(thread_id)).map(({ status }) => status)).toEqual(Array(3).fill("interrupted"));
  const nothing = await send(`${url}/runs/cancel`, { method: "POST", body: "{}" });
  expect(nothing.status).toBe(422);
});
