import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Client } from "@langchain/langgraph-sdk";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { collect } from "../testing/index.ts";
import { createGate, steps } from "../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../tests/fixtures/start-test-server.ts";
import { createServer, langGraphRouter } from "./index.ts";

test("a taken port is an error with a hint", async () => {
  const { port } = await startTestServer({ steps });
  await expect(startTestServer({ steps }, { port })).rejects.toMatchObject({
    code: "port_taken",
    message: expect.stringContaining(String(port)),
  });
});

test("it listens on loopback only unless told otherwise", async () => {
  const { url } = await startTestServer({ steps });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test("the variables of langgraph.json say too who may reach the server", async () => {
  const env = { TROUPE_API_KEY: "open-sesame", TROUPE_ALLOWED_HOSTS: "agents.example.com" };
  onTestFinished(() => Object.keys(env).forEach((name) => delete process.env[name]));
  const config = { graphs: { steps: { graph: steps } }, env };
  const { port } = await startTestServer({}, { config, host: "0.0.0.0" });
  const headers = { host: "agents.example.com", "x-api-key": "open-sesame" };
  expect(await send(`http://127.0.0.1:${port}/info`, { headers })).toMatchObject({ status: 200 });
});

test("a graph that cannot be loaded leaves nothing open", async () => {
  const config = { graphs: { a: "./nowhere.ts:graph" } };
  const server = await startTestServer({ steps });
  await server.close();
  const { port } = server;
  const data = makeTemporaryFolder();
  await expect(createServer({ config, port, data, knowledge: false })).rejects.toMatchObject({
    code: "graph_load_failed",
  });
  await expect(startTestServer({ steps }, { port, data })).resolves.toMatchObject({ port });
});

test("the router serves under any path of an app", async () => {
  const langGraph = await langGraphRouter({
    config: { graphs: { steps: { graph: steps } } },
    data: makeTemporaryFolder(),
    knowledge: false,
  });
  onTestFinished(() => langGraph.close());
  const app = express().use("/team/agents", langGraph.router);
  app.get("/mine", (_request, response) => void response.send("mine"));
  const http = app.listen(0, "127.0.0.1");
  onTestFinished(() => void http.close());
  await once(http, "listening");
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  const client = new Client({ apiUrl: `${url}/team/agents`, apiKey: null });
  const { thread_id } = await client.threads.create();
  const parts = await collect(client.runs.stream(thread_id, "steps", { input: { topic: "tides" } }));
  expect(parts.at(-1)).toMatchObject({ event: "values", data: { log: ["first tides", "second", "third"] } });
  expect(await send(`${url}/mine`)).toMatchObject({ status: 200, text: "mine" });
  expect(await send(`${url}/team/agents/nothing`)).toMatchObject({ status: 404 });
});

test("everything is there again after a restart on the same data", async () => {
  const data = makeTemporaryFolder();
  const first = await startTestServer({ steps }, { data });
  const { thread_id } = await first.client.threads.create();
  await first.client.runs.wait(thread_id, "steps", { input: { topic: "tides" } });
  await first.close();
  const second = await startTestServer({ steps }, { data });
  const values = await second.client.runs.wait(thread_id, "steps", { input: { topic: "ebb" } });
  expect(values).toMatchObject({ log: ["first tides", "second", "third", "first ebb", "second", "third"] });
});

test("a server that closes sends its waiting clients away, and their runs go on at the next start", async () => {
  const data = makeTemporaryFolder();
  const gate = createGate();
  const first = await startTestServer({ gate: gate.graph }, { data });
  const { thread_id } = await first.client.threads.create();
  const waiting = first.client.runs
    .wait(thread_id, "gate", { input: { topic: "" } })
    .catch((error: Error) => error.message);
  await gate.entered;
  await first.close({ deadlineMs: 0 });
  expect(await waiting).toContain("503");

  const again = createGate();
  const second = await startTestServer({ gate: again.graph }, { data });
  await again.entered;
  again.open();
  await expect
    .poll(() => second.client.threads.get(thread_id))
    .toMatchObject({ status: "idle", values: { log: ["before", "waited"] } });
});
