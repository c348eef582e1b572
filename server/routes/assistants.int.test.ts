import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { z } from "zod";
import { nested, steps } from "../../tests/fixtures/graphs.ts";
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
