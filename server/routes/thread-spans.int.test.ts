import { randomUUID } from "node:crypto";
import { setTimeout as never } from "node:timers/promises";
import { tool } from "@langchain/core/tools";
import { MessagesValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import type { Client } from "@langchain/langgraph-sdk";
import { expect, test } from "vitest";
import { z } from "zod";
import type { StoredSpan } from "../../storage/storage.ts";
import { ScriptedChatModel } from "../../testing/index.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

const look = tool(({ what }) => `seen: ${what}`, {
  name: "look",
  description: "Looks.",
  schema: z.object({ what: z.string() }),
});
const State = new StateSchema({ messages: MessagesValue });

/** Calls a tool, then a model, each in a node of its own; the second waits for ever while it is `stuck`. */
const createGraph = (stuck = false) =>
  new StateGraph(State)
    .addNode({
      observe: async () => {
        await look.invoke({ what: "tides" });
        return {};
      },
      say: async ({ messages }, { signal }) => {
        if (stuck) await never(2 ** 30, undefined, signal ? { signal } : {});
        return { messages: await new ScriptedChatModel(["Ebb."]).invoke(messages) };
      },
    })
    .addEdge(START, "observe")
    .addEdge("observe", "say");

const input = { messages: [{ role: "user", content: "Look!" }] };
const read = async (url: string, thread_id: string, query = "") =>
  JSON.parse((await send(`${url}/threads/${thread_id}/spans${query}`)).text) as StoredSpan[];
const outline = (spans: StoredSpan[]) => spans.map(({ kind, name, node, attempt }) => [kind, name, node, attempt]);

async function ask(client: Client): Promise<string> {
  const { thread_id } = await client.threads.create();
  await client.runs.wait(thread_id, "agent", { input });
  return thread_id;
}

test("a traced run tells what it asked of tools and models, page by page, and no nodes", async () => {
  const { client, url } = await startTestServer({ agent: createGraph() }, { trace: true });
  const thread_id = await ask(client);
  const spans = await read(url, thread_id);
  expect(outline(spans)).toEqual([
    ["tool", "look", "observe", 1],
    ["model", "scripted", "say", 1],
  ]);
  expect(spans[1]).toMatchObject({
    parent_id: null,
    request: { messages: [{ type: "human", content: "Look!" }] },
    response: { message: { type: "ai", content: "Ebb." } },
  });
  const [first] = await read(url, thread_id, "?limit=1");
  expect(first?.name).toBe("look");
  expect(await read(url, thread_id, `?after=${first?.seq}`)).toEqual([spans[1]]);
  for await (const _ of client.runs.stream(thread_id, "agent", { input, streamMode: ["events"] }));
  expect(outline(await read(url, thread_id))).toHaveLength(4);
});

test("what is not traced leaves no span, an unknown thread answers 404, a wrong page 422", async () => {
  const { client, url } = await startTestServer({ agent: createGraph() });
  const thread_id = await ask(client);
  expect(await read(url, thread_id)).toEqual([]);
  expect(await send(`${url}/threads/${randomUUID()}/spans`)).toMatchObject({ status: 404 });
  expect(await send(`${url}/threads/${thread_id}/spans?after=x`)).toMatchObject({ status: 422 });
});

test("a run that goes on at the next start has the spans of both attempts", async () => {
  const data = makeTemporaryFolder();
  const first = await startTestServer({ agent: createGraph(true) }, { data, trace: true });
  const { thread_id } = await first.client.threads.create();
  const { run_id } = await first.client.runs.create(thread_id, "agent", { input });
  await expect.poll(() => read(first.url, thread_id)).toHaveLength(1);
  await first.close({ deadlineMs: 0 });
  const second = await startTestServer({ agent: createGraph() }, { data, trace: true });
  await second.client.runs.join(thread_id, run_id);
  expect(outline(await read(second.url, thread_id))).toEqual([
    ["tool", "look", "observe", 1],
    ["model", "scripted", "say", 2],
  ]);
});
