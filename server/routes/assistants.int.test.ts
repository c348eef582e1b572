import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { z } from "zod";
import { LogState, nested, steps } from "../../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

test("the server says that it is there and what it is", async () => {
  const { url } = await startTestServer({ steps });
  expect(JSON.parse((await send(`${url}/ok`)).text)).toEqual({ ok: true });
  expect(JSON.parse((await send(`${url}/info`)).text)).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    langgraph_js_version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    flags: { assistants: true },
  });
});

test("every graph has one assistant of its own, with the id that the official server gives it", async () => {
  const { client } = await startTestServer({ steps, nested });
  const found = await client.assistants.search({ sortBy: "name", sortOrder: "asc" });
  expect(found).toMatchObject([
    { graph_id: "nested", name: "nested", metadata: { created_by: "system" }, version: 1 },
    { graph_id: "steps" },
  ]);
  // uuid5 of "agent" in that namespace, as LangGraph's own documentation shows it.
  const { client: other } = await startTestServer({ agent: steps });
  expect(await other.assistants.get("agent")).toMatchObject({ assistant_id: "fe096781-5601-53d2-b2f6-0d3403f7e9ca" });
  expect(await other.assistants.get("fe096781-5601-53d2-b2f6-0d3403f7e9ca")).toMatchObject({ graph_id: "agent" });
});

test("a search filters and pages", async () => {
  const { client, url } = await startTestServer({ a: steps, b: steps, c: steps });
  expect(await client.assistants.search({ graphId: "b" })).toMatchObject([{ graph_id: "b" }]);
  const body = JSON.stringify({ limit: 1, offset: 1, sort_by: "name", sort_order: "asc", select: ["name"] });
  const page = await send(`${url}/assistants/search`, { method: "POST", body });
  expect(JSON.parse(page.text)).toEqual([{ name: "b" }]);
  expect(page.headers).toMatchObject({ "x-pagination-total": "3", "x-pagination-next": "2" });
});

test("assistants are made, changed, taken back to a version and deleted", async () => {
  const { client } = await startTestServer({ steps, nested });
  const { assistants } = client;
  const made = await assistants.create({ graphId: "steps", metadata: { tier: 1 } });
  expect(made).toMatchObject({ name: "Untitled", config: {}, context: {}, version: 1, description: null });
  const { assistant_id: assistantId } = made;
  const config = { configurable: { depth: 2 } };
  const patched = await assistants.update(assistantId, { name: "deep", config, metadata: { team: "x" } });
  expect(patched).toMatchObject({ version: 2, config, metadata: { tier: 1, team: "x" }, graph_id: "steps" });
  expect((await assistants.getVersions(assistantId)).map(({ version }) => version)).toEqual([2, 1]);
  expect(await assistants.setLatest(assistantId, 1)).toMatchObject({ version: 1, name: "Untitled", config: {} });
  expect(await assistants.count({ metadata: { tier: 1 } })).toBe(1);
  expect(await assistants.count()).toBe(3);
  await assistants.delete(assistantId);
  await expect(assistants.get(assistantId)).rejects.toMatchObject({ status: 404 });
  // A graph's own assistant may be changed, by the graph's name too.
  expect(await assistants.update("nested", { description: "Two." })).toMatchObject({ version: 2, description: "Two." });
});

test("an assistant takes its threads along when asked to, and no others", async () => {
  const { client } = await startTestServer({ steps });
  const thread = async (metadata: Record<string, unknown>) => (await client.threads.create({ metadata })).thread_id;
  const { assistant_id } = await client.assistants.create({ graphId: "steps" });
  await thread({ assistant_id });
  const other = await thread({ assistant_id: "other" });
  await client.assistants.delete(assistant_id, { deleteThreads: true });
  expect((await client.threads.search()).map(({ thread_id }) => thread_id)).toEqual([other]);
});

test.each([
  ["POST", "/assistants", { graph_id: "none" }, 404, "graph_not_found"],
  ["POST", "/assistants", {}, 422, "invalid_request"],
  ["POST", "/assistants", { graph_id: "steps", assistant_id: "x" }, 422, "invalid_request"],
  ["PATCH", "/assistants/steps", { graph_id: "none" }, 404, "graph_not_found"],
  ["PATCH", "/assistants/none", { name: "x" }, 404, "assistant_not_found"],
  ["DELETE", "/assistants/6ba7b811-9dad-11d1-80b4-00c04fd430c8", undefined, 404, "assistant_not_found"],
  ["POST", "/assistants/steps/latest", { version: 7 }, 404, "assistant_version_not_found"],
  ["POST", "/assistants/none/versions", {}, 404, "assistant_not_found"],
])("%s %s with %j answers why not", async (method, path, body, status, code) => {
  const { url } = await startTestServer({ steps });
  expect(await send(`${url}${path}`, { method, body: JSON.stringify(body) })).toMatchObject({
    status,
    headers: { "x-troupe-error": code },
  });
});

test("subgraphs are described by their names, with those inside of them when asked for", async () => {
  const outer = new StateGraph(LogState).addNode("outer", nested.compile()).addEdge(START, "outer");
  const { client } = await startTestServer({ outer });
  const names = async (options: object) => Object.keys(await client.assistants.getSubgraphs("outer", options));
  expect(await names({})).toEqual(["outer"]);
  expect(await names({ recurse: true })).toEqual(["outer", "outer|inner"]);
  expect(await names({ namespace: "outer|inner", recurse: true })).toEqual(["outer|inner"]);
  const { outer: described } = await client.assistants.getSubgraphs("outer");
  expect(described?.state_schema).toMatchObject({ properties: { topic: { type: "string" } } });
});

test("a graph can be drawn, with its subgraphs or without", async () => {
  const { client } = await startTestServer({ nested });
  const ids = async (xray?: boolean | number) =>
    (await client.assistants.getGraph("nested", { xray })).nodes.map(({ id }) => id);
  expect(await ids()).toEqual(["__start__", "inner", "__end__"]);
  expect(await ids(true)).toContain("inner:first");
  expect(await ids(1)).toContain("inner:first");
});

test("schemas come from StateSchema and from zod, with the context's", async () => {
  const zod = new StateGraph(
    z.object({ question: z.string(), answer: z.string().optional() }),
    z.object({ user: z.string() }),
  )
    .addNode("work", () => ({}))
    .addEdge(START, "work");
  const { client } = await startTestServer({ steps, zod });
  expect(await client.assistants.getSchemas("steps")).toMatchObject({
    graph_id: "steps",
    state_schema: { type: "object", properties: { topic: { type: "string" }, log: { type: "array" } } },
    input_schema: { type: "object", properties: { log: { items: { type: "string" } } } },
    config_schema: null,
  });
  expect(await client.assistants.getSchemas("zod")).toMatchObject({
    state_schema: { properties: { question: { type: "string" } } },
    context_schema: { properties: { user: { type: "string" } }, required: ["user"] },
  });
});

test("of an Annotation the channels are known, and which one holds messages", async () => {
  const graph = new StateGraph(MessagesAnnotation).addNode("work", () => ({})).addEdge(START, "work");
  const { client } = await startTestServer({ graph });
  expect(await client.assistants.getSchemas("graph")).toMatchObject({
    state_schema: { properties: { messages: { type: "array", langgraph_type: "messages" } } },
  });
});
