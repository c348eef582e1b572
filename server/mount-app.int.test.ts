import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { steps } from "../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../tests/fixtures/start-test-server.ts";

function start(source: string, http: object = {}, auth?: string) {
  // Inside the project, so that Express is found.
  const folder = mkdtempSync(join(import.meta.dirname, "test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "app.mjs"), source);
  const config = {
    graphs: { steps: { graph: steps } },
    http: { app: `${folder}/app.mjs:app`, ...http },
    ...(auth && { auth: { path: `${folder}/app.mjs:${auth}` } }),
  };
  return startTestServer({}, { config });
}

const express = `
  import express from "express";
  export const app = express.Router();
  app.use((request, response, next) => { response.set("x-seen", request.path); next(); });
  app.use(express.json());
  app.get("/mine", (request, response) => response.json({ mine: true }));
  app.get("/info", (request, response) => response.json({ version: "mine" }));
  app.get("/throws", () => { throw new Error("secret"); });`;

const hono = `
  export const app = { seen: 0, async fetch(request) {
    this.seen += 1;
    const { pathname, search } = new URL(request.url);
    const headers = { "x-seen": String(this.seen) };
    if (pathname === "/mine") return Response.json({ search, body: await request.text() }, { status: 201, headers });
    if (pathname === "/stream") return new Response(ReadableStream.from([Buffer.from("a"), Buffer.from("b")]), { headers });
    if (pathname === "/throws") throw new Error("secret");
    return new Response("not mine", { status: 404, headers });
  } };`;

test("an Express router's routes answer first, and its middlewares see every request, also one with a body", async () => {
  const { url, client } = await start(express);
  expect(await send(`${url}/mine`)).toMatchObject({ status: 200, text: '{"mine":true}' });
  expect(await send(`${url}/info`)).toMatchObject({ status: 200, text: '{"version":"mine"}' });
  const thread = await client.threads.create({ metadata: { a: 1 } });
  expect(thread.metadata).toMatchObject({ a: 1 });
  const { headers } = await send(`${url}/threads/${thread.thread_id}`);
  expect(headers["x-seen"]).toBe(`/threads/${thread.thread_id}`);
  expect(await send(`${url}/throws`)).toMatchObject({
    status: 500,
    text: expect.not.stringContaining("secret") as string,
  });
});

test("a fetch handler answers what it knows, streams too, and hands the rest on with its headers", async () => {
  const { url, client } = await start(hono);
  const mine = await send(`${url}/mine?a=1`, { method: "POST", body: "plain text" });
  expect(mine).toMatchObject({ status: 201, text: '{"search":"?a=1","body":"plain text"}' });
  expect(await send(`${url}/stream`)).toMatchObject({ status: 200, text: "ab" });
  expect(await client.threads.create({ metadata: { a: 1 } })).toMatchObject({ metadata: { a: 1 } });
  const values = await client.runs.wait(null, "steps", { input: { topic: "tides" } });
  expect(values).toMatchObject({ log: ["first tides", "second", "third"] });
  const info = await send(`${url}/info`);
  expect(info).toMatchObject({ status: 200, text: expect.stringContaining("langgraph_js_version") as string });
  expect(info.headers["x-seen"]).toBe("5");
  expect(await send(`${url}/threads`, { method: "POST", body: "{" })).toMatchObject({ status: 400 });
  expect(await send(`${url}/throws`)).toMatchObject({ status: 500 });
});

test("a function from a request to a response is an app too", async () => {
  const { url } = await start(`export const app = (request) => new Response(request.method, { status: 200 });`);
  expect(await send(`${url}/info`, { method: "DELETE" })).toMatchObject({ status: 200, text: "DELETE" });
});

test("own routes stand behind the auth and the network's rules as well", async () => {
  const auth = `
    import { Auth } from "@langchain/langgraph-sdk/auth";
    export const auth = new Auth().authenticate((request) => request.headers.get("authorization"));`;
  const { url } = await start(express + auth, {}, "auth");
  expect(await send(`${url}/mine`)).toMatchObject({ status: 401 });
  expect(await send(`${url}/mine`, { headers: { authorization: "ann" } })).toMatchObject({ status: 200 });
  expect(await send(`${url}/mine`, { headers: { host: "rebound.example.com" } })).toMatchObject({ status: 403 });
});

test("what is disabled is not there", async () => {
  const flags = { disable_threads: true, disable_assistants: true, disable_runs: true, disable_store: true };
  const { url } = await start(express, flags);
  for (const path of ["/threads/search", "/assistants/search", "/runs", "/store/items/search"]) {
    expect(await send(`${url}${path}`, { method: "POST" }), path).toMatchObject({
      status: 404,
      headers: { "x-troupe-error": "route_not_found" },
    });
  }
});

test.each([
  ["export const app = 1;", {}, "is no app but a number"],
  [express, { cors: { allow_origins: "https://a.example.com" } }, '"http.cors.allow_origins"'],
  [express, { cors: { allow_origin_regex: "(" } }, '"http.cors.allow_origin_regex"'],
  [express, { cors: { allow_origins: ["*"] } }, "any web page"],
])("%s with %j is refused when the server starts", async (source, http, message) => {
  await expect(start(source, http)).rejects.toMatchObject({
    code: "config_invalid",
    message: expect.stringContaining(message) as string,
  });
});

test("http.cors says which pages may come, and only a named one with its cookies", async () => {
  const cors = {
    allow_origins: ["https://a.example.com"],
    allow_origin_regex: "https://.+\\.b\\.example\\.com",
    allow_methods: ["GET"],
    allow_headers: ["x-mine"],
    expose_headers: ["x-seen"],
    allow_credentials: true,
    max_age: 60,
  };
  const { url } = await start(express, { cors });
  const ask = (origin: string) => send(`${url}/info`, { headers: { origin } });
  expect((await ask("https://a.example.com")).headers).toMatchObject({
    "access-control-allow-origin": "https://a.example.com",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": expect.stringMatching(/content-location.*x-seen/) as string,
  });
  expect((await ask("https://1.b.example.com")).status).toBe(200);
  expect((await ask("https://1.b.example.com.evil.org")).status).toBe(403);
  expect((await ask("http://localhost:3000")).headers["access-control-allow-credentials"]).toBeUndefined();
  const preflight = { origin: "https://a.example.com", "access-control-request-method": "GET" };
  expect((await send(`${url}/info`, { method: "OPTIONS", headers: preflight })).headers).toMatchObject({
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "x-mine",
    "access-control-max-age": "60",
  });
});
