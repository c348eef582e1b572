import { MessagesValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { Client } from "@langchain/langgraph-sdk";
import { getLogger } from "@langchain/langgraph-sdk/logging";
import { expect, test } from "vitest";
import { z } from "zod";
import { collect } from "../testing/index.ts";
import { steps } from "../tests/fixtures/graphs.ts";
import { startTestServer } from "../tests/fixtures/start-test-server.ts";

/** Asks its own server for what the graph `steps` streams and keeps. */
const caller = new StateGraph(
  new StateSchema({ events: z.array(z.string()), log: z.unknown(), messages: MessagesValue }),
)
  .addNode("call", async () => {
    getLogger().debug("calling");
    const client = new Client({ callerOptions: { maxRetries: 0 } });
    const { thread_id } = await client.threads.create();
    const parts = await collect(client.runs.stream(thread_id, "steps", { input: { topic: "ebb" } }));
    await client.threads.delete((await client.threads.create()).thread_id);
    const { values } = await client.threads.getState<{ log: string[] }>(thread_id);
    return { events: parts.map(({ event }) => event), log: values.log };
  })
  .addEdge(START, "call")
  .compile();

test("a node reaches its own server with a Client that is told no address, key or not", async () => {
  for (const apiKey of [undefined, "open-sesame"]) {
    const { url } = await startTestServer({ caller, steps }, { apiKey });
    const client = new Client({ apiUrl: url, apiKey: apiKey ?? null });
    const values = await client.runs.wait(null, "caller", { input: { events: [] } });
    expect(values).toMatchObject({
      events: ["metadata", "values", "values", "values", "values"],
      log: ["first ebb", "second", "third"],
    });
  }
});

test("an abort ends the request, and a closed server leaves no fetch behind", async () => {
  const server = await startTestServer({ steps });
  const inProcess = (globalThis as never)[Symbol.for("langgraph_api:fetch")] as typeof fetch;
  await expect(inProcess("http://x/info", { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  expect(await (await inProcess("http://x/threads/%", {})).text()).toContain("cannot be read");
  await server.close();
  expect(globalThis).not.toHaveProperty([Symbol.for("langgraph_api:fetch") as never]);
});
