import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { START, StateGraph, StateSchema } from "@langchain/langgraph";
import { Client } from "@langchain/langgraph-sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

/** Says who the node thinks its caller is. */
const whoami = new StateGraph(new StateSchema({ who: z.unknown() }))
  .addNode("look", (_state, { configurable, serverInfo }) => {
    const keys = ["langgraph_auth_user", "langgraph_auth_user_id", "langgraph_auth_permissions"];
    const held = keys.map((key) => [key, configurable?.[key]]);
    return { who: { ...Object.fromEntries(held), user: serverInfo?.user } };
  })
  .addEdge(START, "look")
  .compile();

const owners = `
  import { Auth, HTTPException } from "@langchain/langgraph-sdk/auth";
  export const auth = new Auth()
    .authenticate((request) => {
      const [, name] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
      if (name === "teapot") throw new HTTPException(418, { message: "short and stout", headers: { "x-tea": "green" } });
      if (name === "broken") throw new SyntaxError("no such token");
      if (name === "odd") return { id: 1 };
      return name && { identity: name, permissions: ["read"], team: "blue" };
    })
    .on("*", ({ value, user }) => {
      if ("metadata" in value) value.metadata = { ...value.metadata, owner: user.identity };
      return { owner: user.identity };
    })
    .on("threads:delete", () => false)
    .on("assistants", () => true)
    .on("*:update", () => { throw new HTTPException(409, { message: "not today" }); })
    .on("threads:create_run", ({ user }) => user.identity !== "mallory");
`;

async function start(source = owners, options: { apiKey?: string } = {}) {
  // Inside the project, so that the SDK is found.
  const folder = mkdtempSync(join(import.meta.dirname, "test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "auth.mjs"), source);
  const config = { graphs: { whoami: { graph: whoami } }, auth: { path: `${folder}/auth.mjs:auth` } };
  const server = await startTestServer({}, { config, ...options });
  const as = (name: string) =>
    new Client({
      apiUrl: server.url,
      apiKey: options.apiKey ?? null,
      defaultHeaders: { authorization: `Bearer ${name}` },
      callerOptions: { maxRetries: 0 },
    });
  return { ...server, as };
}

test("nothing but a health check and a preflight is answered to a stranger", async () => {
  const { url } = await start();
  expect(await send(`${url}/ok`)).toMatchObject({ status: 200 });
  const preflight = { origin: "http://localhost:3000", "access-control-request-method": "GET" };
  expect(await send(`${url}/info`, { method: "OPTIONS", headers: preflight })).toMatchObject({ status: 204 });
  for (const path of ["/info", "/metrics", "/docs", "/openapi.json", "/nothing", "/threads/x", "/OK/", "/ok/x"]) {
    expect(await send(`${url}${path}`), path).toMatchObject({
      status: 401,
      headers: { "x-troupe-error": "unauthorized", "www-authenticate": "Bearer" },
    });
  }
  const studio = { "x-auth-scheme": "langsmith" };
  expect(await send(`${url}/threads`, { method: "POST", headers: studio })).toMatchObject({ status: 401 });
  expect(await send(`${url}/info`, { headers: studio })).toMatchObject({ status: 401 });
});

test("an HTTPException answers with its status, message and headers", async () => {
  const { url } = await start();
  const answer = await send(`${url}/info`, { headers: { authorization: "Bearer teapot" } });
  expect(answer).toMatchObject({ status: 418, text: "short and stout", headers: { "x-tea": "green" } });
});

test("a credential that makes the handler throw is its sender's fault; an answer that is no user is the handler's", async () => {
  const { url, errors } = await start();
  expect(await send(`${url}/info`, { headers: { authorization: "Bearer broken" } })).toMatchObject({ status: 401 });
  expect(await send(`${url}/info`, { headers: { authorization: "Bearer odd" } })).toMatchObject({ status: 500 });
  expect(errors).toEqual([expect.objectContaining({ code: "auth_failed" })]);
  expect(await send(`${url}/info`, { method: "TRACE", headers: {} })).toMatchObject({ status: 404 });
});

describe("a handler", () => {
  test("stamps metadata, and its filters hide what belongs to others", async () => {
    const { as, url } = await start();
    const { thread_id, metadata } = await as("ann").threads.create({ metadata: { topic: "tides" } });
    expect(metadata).toEqual({ topic: "tides", owner: "ann" });
    expect(await as("ann").threads.search()).toHaveLength(1);
    expect(await as("ann").threads.get(thread_id)).toMatchObject({ thread_id });
    expect(await as("bob").threads.search()).toEqual([]);
    await expect(as("bob").threads.get(thread_id)).rejects.toThrow("404");
    await expect(as("bob").threads.getState(thread_id)).rejects.toThrow("404");
    const spans = (name: string) =>
      send(`${url}/threads/${thread_id}/spans`, { headers: { authorization: `Bearer ${name}` } });
    expect([(await spans("ann")).status, (await spans("bob")).status]).toEqual([200, 404]);
  });

  test("of the event goes before that of the resource, of the action, and of everything", async () => {
    const { as } = await start();
    const { thread_id } = await as("ann").threads.create();
    await expect(as("ann").threads.delete(thread_id)).rejects.toThrow("403");
    await expect(as("ann").threads.update(thread_id, { metadata: {} })).rejects.toThrow("409");
    expect(await as("bob").assistants.search()).toHaveLength(1);
  });

  test.each(["{ owner: { $gt: 1 } }", "42", "(() => { throw new Error('down') })()"])(
    "that answers %s lets nothing through",
    async (answer) => {
      const { as, errors } = await start(`
        import { Auth } from "@langchain/langgraph-sdk/auth";
        export const auth = new Auth().authenticate(() => "ann").on("*", () => (${answer}));`);
      await expect(as("ann").threads.create()).rejects.toThrow("500");
      expect(errors).toEqual([expect.objectContaining({ code: "auth_failed" })]);
    },
  );
});

test("a run's nodes know who called, whatever the caller says of itself", async () => {
  const { as } = await start();
  const user = { identity: "ann", display_name: "ann", is_authenticated: true, permissions: ["read"], team: "blue" };
  const configurable = { langgraph_auth_user: { identity: "root" }, langgraph_auth_permissions: ["all"] };
  const { who } = (await as("ann").runs.wait(null, "whoami", { input: { who: 0 }, config: { configurable } })) as {
    who: unknown;
  };
  expect(who).toEqual({
    langgraph_auth_user: user,
    langgraph_auth_user_id: "ann",
    langgraph_auth_permissions: ["read"],
    user,
  });
});

test("without auth nobody can claim to be somebody", async () => {
  const { client } = await startTestServer({ whoami });
  const configurable = { langgraph_auth_user: { identity: "root" }, langgraph_auth_user_id: "root" };
  expect(await client.runs.wait(null, "whoami", { input: { who: 0 }, config: { configurable } })).toEqual({ who: {} });
});

test("a key and auth are both asked for", async () => {
  const { url } = await start(owners, { apiKey: "open-sesame" });
  const ask = async (headers: Record<string, string>) => (await send(`${url}/info`, { headers })).status;
  expect(await ask({ "x-api-key": "open-sesame" })).toBe(401);
  expect(await ask({ authorization: "Bearer ann" })).toBe(401);
  expect(await ask({ "x-api-key": "open-sesame", authorization: "Bearer ann" })).toBe(200);
});

test.each([
  ["export const auth = {};", "is no Auth"],
  ["export const other = 1;", 'has no export "auth"'],
])("%s is refused when the server starts", async (source, message) => {
  await expect(start(source)).rejects.toMatchObject({
    code: "config_invalid",
    message: expect.stringContaining(message),
  });
});

test("an assistant of somebody else can neither be run nor put on a schedule", async () => {
  const { as } = await start(`
    import { Auth } from "@langchain/langgraph-sdk/auth";
    export const auth = new Auth()
      .authenticate((request) => request.headers.get("authorization").slice(7))
      .on("*", ({ value, user }) => {
        if ("metadata" in value) value.metadata = { ...value.metadata, owner: user.identity };
        return { owner: user.identity };
      });`);
  const { assistant_id } = await as("ann").assistants.create({ graphId: "whoami" });
  expect(await as("ann").runs.wait(null, assistant_id, { input: {} })).toHaveProperty("who");
  const refused = { status: 404 };
  await expect(as("bob").runs.wait(null, assistant_id, { input: {} })).rejects.toMatchObject(refused);
  await expect(as("bob").crons.create(assistant_id, { schedule: "0 0 1 1 *" })).rejects.toMatchObject(refused);
  expect(await as("bob").runs.wait(null, "whoami", { input: {} })).toHaveProperty("who");
});
