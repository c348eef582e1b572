import type { Metadata, Thread, ThreadStatus } from "@langchain/langgraph-sdk";
import { expect, test } from "vitest";
import { approval, steps } from "../../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const input = { topic: "tides" };

test("threads are found by metadata, status, values and ids, and counted alike", async () => {
  const { client } = await startTestServer({ steps, approval });
  const done = await client.threads.create({ metadata: { owner: "Ada", tags: ["a", "b"], place: { city: "Bergen" } } });
  const waiting = await client.threads.create({ metadata: { owner: "Ada" } });
  const other = await client.threads.create({ metadata: { owner: "Grace", urgent: true } });
  await client.runs.wait(done.thread_id, "steps", { input });
  await client.runs.wait(waiting.thread_id, "approval", { input: { topic: "ebb" } });
  const cases: [query: { metadata?: Metadata; status?: ThreadStatus; values?: object }, threads: Thread[]][] = [
    [{}, [done, waiting, other]],
    [{ metadata: { owner: "Ada" } }, [done, waiting]],
    [{ metadata: { graph_id: "steps" } }, [done]],
    [{ metadata: { tags: ["b"] } }, [done]],
    [{ metadata: { place: { city: "Bergen" }, owner: "Ada" } }, [done]],
    [{ metadata: { urgent: true } }, [other]],
    [{ metadata: { urgent: 1 } }, []],
    [{ status: "interrupted" }, [waiting]],
    [{ values: { topic: "tides" } }, [done]],
    [{ values: { log: ["second"] }, metadata: { owner: "Ada" } }, [done]],
    [{ values: { topic: "none" } }, []],
  ];
  for (const [query, threads] of cases) {
    const found = await client.threads.search({ ...query, sortOrder: "asc" } as object);
    expect(found.map(({ thread_id }) => thread_id)).toEqual(threads.map(({ thread_id }) => thread_id));
    expect(await client.threads.count(query)).toBe(threads.length);
  }
  const byId = await client.threads.search({ ids: [other.thread_id] });
  expect(byId.map(({ thread_id }) => thread_id)).toEqual([other.thread_id]);
});

test("a row carries the values and interrupts of its thread, as the thread itself does", async () => {
  const { client } = await startTestServer({ approval });
  const { thread_id } = await client.threads.create();
  await client.runs.wait(thread_id, "approval", { input });
  const [row] = await client.threads.search();
  expect(row).toEqual(await client.threads.get(thread_id));
  expect(row).toMatchObject({ status: "interrupted", values: { topic: "tides" }, error: null });
  expect(Object.values(row!.interrupts)).toMatchObject([[{ value: "Publish tides?" }]]);
});

test("select leaves fields out, and extract names parts of them", async () => {
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create({ metadata: { owner: "Ada" } });
  await client.runs.wait(thread_id, "steps", { input });
  const extract = { last: "values.log[-1]", owner: "$.metadata.owner", none: "values.log[9].x", no: "values.toString" };
  expect(await client.threads.search({ select: ["thread_id", "status"], extract })).toEqual([
    { thread_id, status: "idle", extracted: { last: "third", owner: "Ada", none: null, no: null } },
  ]);
});

test("pages are in order, and say how many threads there are", async () => {
  const { client, url } = await startTestServer({ steps });
  for (let n = 0; n < 5; n++) await client.threads.create({ metadata: { n } });
  const search = (body: object) =>
    send(`${url}/threads/search`, { method: "POST", body: JSON.stringify({ select: ["metadata"], ...body }) });
  const first = await search({ limit: 2, offset: 1 });
  expect(JSON.parse(first.text)).toEqual([{ metadata: { n: 3 } }, { metadata: { n: 2 } }]);
  expect(first.headers).toMatchObject({ "x-pagination-total": "5", "x-pagination-next": "3" });
  const last = await search({ limit: 2, offset: 3 });
  expect(last.headers).toMatchObject({ "x-pagination-total": "5" });
  expect(last.headers["x-pagination-next"]).toBeUndefined();

  for (const sort_by of ["thread_id", "status", "updated_at", "state_updated_at"]) {
    const [up, down] = await Promise.all([search({ sort_by, sort_order: "asc" }), search({ sort_by })]);
    expect(JSON.parse(up.text)).toEqual((JSON.parse(down.text) as unknown[]).toReversed());
  }
});

test.each([
  { limit: 0 },
  { sort_by: "metadata" },
  { status: "done" },
  { metadata: [] },
  { ids: ["x"] },
  { extract: { a: 1 } },
])("a search with %j answers 422", async (body) => {
  const { url } = await startTestServer({ steps });
  const answer = await send(`${url}/threads/search`, { method: "POST", body: JSON.stringify(body) });
  expect(answer).toMatchObject({ status: 422, headers: { "x-troupe-error": "invalid_request" } });
});
