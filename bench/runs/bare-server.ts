import type { AddressInfo } from "node:net";
import { MemorySaver } from "@langchain/langgraph";
import express from "express";
import { builder } from "./three-nodes.ts";

/** The least that can answer the two requests: no storage but memory, no queue, no events, no checks. */
const graph = builder.compile({ checkpointer: new MemorySaver() });
const app = express().use(express.json());

app.post("/threads", (_request, response) => {
  response.json({ thread_id: crypto.randomUUID() });
});

app.post("/threads/:thread_id/runs/wait", async (request, response) => {
  const { thread_id } = request.params;
  response.json(await graph.invoke(request.body.input, { configurable: { thread_id } }));
});

app.post("/threads/:thread_id/runs/stream", async (request, response) => {
  const { thread_id } = request.params;
  response.type("text/event-stream");
  const stream = await graph.stream(request.body.input, { configurable: { thread_id }, streamMode: "values" });
  for await (const values of stream) response.write(`event: values\ndata: ${JSON.stringify(values)}\n\n`);
  response.end();
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
