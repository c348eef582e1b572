import { expect, test } from "vitest";
import { createGate, steps } from "../../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

type Part = { id?: string; event: string; data: unknown };

/** Takes parts of a stream until one is found. */
async function until(stream: AsyncGenerator<Part>, isLast: (part: Part) => boolean): Promise<Part[]> {
  const parts: Part[] = [];
  for (let next = await stream.next(); !next.done; next = await stream.next()) {
    parts.push(next.value);
    if (isLast(next.value)) return parts;
  }
  return parts;
}

const third = ({ event, data }: Part) => event === "updates" && "third" in (data as object);

test("the stream of a thread has the events of its runs one after the other, and goes on behind an event", async () => {
  const gate = createGate();
  const { client } = await startTestServer({ steps, gate: gate.graph });
  const { thread_id } = await client.threads.create();
  await client.runs.wait(thread_id, "steps", { input: { topic: "past" } });
  const run = { input: { topic: "tide" }, streamMode: "updates", multitaskStrategy: "enqueue" } as const;
  const first = await client.runs.create(thread_id, "gate", run);
  await gate.entered;
  const stream = client.threads.joinStream(thread_id) as AsyncGenerator<Part>;
  const second = await client.runs.create(thread_id, "steps", run);
  gate.open();
  const parts = await until(stream, third);
  await stream.return(undefined);
  const expected = [
    [first, ["metadata", "updates", "updates"]],
    [second, ["metadata", "updates", "updates", "updates"]],
  ] as const;
  expect(parts.map(({ id, event }) => `${id} ${event}`)).toEqual(
    expected.flatMap(([{ run_id }, names]) => names.map((name, seq) => `${run_id}:${seq} ${name}`)),
  );

  const again = client.threads.joinStream(thread_id, { lastEventId: parts[1]!.id }) as AsyncGenerator<Part>;
  expect(await until(again, third)).toEqual(parts.slice(2));
  await again.return(undefined);
});

test("the stream of a thread shows the events of a mode, and ends when the thread is deleted", async () => {
  const { client, url } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const modes = ["lifecycle", "state_update"] as const;
  const stream = client.threads.joinStream(thread_id, { streamMode: [...modes] }) as AsyncGenerator<Part>;
  const parts = until(stream, ({ data }) => (data as { log?: string[] }).log?.length === 3);
  await client.runs.wait(thread_id, "steps", { input: { topic: "tide" } });
  expect((await parts).map(({ event }) => event)).toEqual(["metadata", "values", "values", "values", "values"]);
  const rest = until(stream, () => false);
  await client.threads.delete(thread_id);
  expect(await rest).toEqual([]);
  expect((await send(`${url}/threads/${thread_id}/stream`)).status).toBe(404);
});

test.each(["", ":", ":x"])(
  "an id that is none (%s) makes a stream begin with the runs that are active",
  async (end) => {
    const gate = createGate();
    const { client } = await startTestServer({ gate: gate.graph });
    const { thread_id } = await client.threads.create();
    const { run_id } = await client.runs.create(thread_id, "gate", { input: { topic: "" }, streamMode: "updates" });
    await gate.entered;
    const stream = client.threads.joinStream(thread_id, { lastEventId: `${run_id}${end}` }) as AsyncGenerator<Part>;
    expect(await until(stream, ({ event }) => event === "updates")).toMatchObject([
      { id: `${run_id}:0`, event: "metadata" },
      { id: `${run_id}:1` },
    ]);
    await stream.return(undefined);
  },
);
