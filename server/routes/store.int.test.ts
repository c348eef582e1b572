import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getStore, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { z } from "zod";
import { steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";

test("the official client puts, reads, finds, lists and deletes items", async () => {
  const { client } = await startTestServer({ steps });
  await client.store.putItem(["users", "ann"], "likes", { food: "oranges", n: 3 });
  await client.store.putItem(["users", "bob"], "likes", { food: "plums", n: 5 });
  const item = await client.store.getItem(["users", "ann"], "likes");
  expect(item).toMatchObject({ namespace: ["users", "ann"], key: "likes", value: { food: "oranges", n: 3 } });
  expect(Date.parse(item!.createdAt)).toBeLessThanOrEqual(Date.now());
  expect(await client.store.getItem(["users"], "likes")).toBeNull();
  const found = await client.store.searchItems(["users"], { filter: { n: { $gt: 3 } } });
  expect(found.items.map(({ namespace }) => namespace)).toEqual([["users", "bob"]]);
  const best = await client.store.searchItems(["users"], { query: "who likes plums?", limit: 1 });
  expect(best.items[0]).toMatchObject({ value: { food: "plums" }, score: expect.any(Number) });
  expect(await client.store.listNamespaces({ maxDepth: 1 })).toEqual({ namespaces: [["users"]] });
  await client.store.deleteItem(["users", "ann"], "likes");
  expect(await client.store.getItem(["users", "ann"], "likes")).toBeNull();
});

test("a node keeps in the store what a run on another thread finds", async () => {
  const State = new StateSchema({ learn: z.string().optional(), known: z.array(z.string()).default(() => []) });
  const memory = new StateGraph(State)
    .addNode("remember", async ({ learn }, { store }) => {
      if (learn) await store!.put(["facts"], learn, { text: learn });
      const found = await getStore()!.search(["facts"]);
      return { known: found.map(({ key }) => key) };
    })
    .addEdge(START, "remember");
  const { client } = await startTestServer({ memory });
  await client.runs.wait(null, "memory", { input: { learn: "tea" } });
  expect(await client.runs.wait(null, "memory", { input: { learn: "salt" } })).toMatchObject({
    known: ["tea", "salt"],
  });
  expect((await client.store.getItem(["facts"], "tea"))?.value).toEqual({ text: "tea" });
});

test("a namespace that cannot be kept answers 422 with a hint, and so does a value that is no object", async () => {
  const { url } = await startTestServer({ steps });
  const bodies = [
    { namespace: ["a.b"] },
    { namespace: [""] },
    { namespace: [] },
    { namespace: ["a:b"] },
    { value: [1] },
  ];
  for (const wrong of bodies) {
    const body = JSON.stringify({ namespace: ["a"], key: "k", value: {}, ...wrong });
    const answer = await send(`${url}/store/items`, { method: "PUT", body });
    expect(answer).toMatchObject({ status: 422, headers: { "x-troupe-hint": expect.any(String) } });
  }
});

test("an auth handler moves items into a namespace of the caller's own, and hides others'", async () => {
  const file = join(makeTemporaryFolder(), "auth.ts");
  const sdk = import.meta.resolve("@langchain/langgraph-sdk/auth");
  writeFileSync(
    file,
    `import { Auth } from ${JSON.stringify(sdk)};
     export const auth = new Auth()
       .authenticate((request) => ({ identity: request.headers.get("x-user") ?? "nobody", permissions: [] }))
       .on("store", ({ value, user }) => {
         value.namespace = [user.identity, ...(value.namespace ?? [])];
       })
       .on("store:search", ({ user }) => ({ owner: user.identity }));`,
  );
  const { url } = await startTestServer(
    { steps },
    {
      config: { graphs: { steps: { graph: steps } }, auth: { path: `${file}:auth` } },
    },
  );
  const ask = async (user: string, method: string, path: string, body?: object) => {
    const answer = await send(`${url}${path}`, { method, headers: { "x-user": user }, body: JSON.stringify(body) });
    return answer.text ? (JSON.parse(answer.text) as { items?: unknown[]; value?: unknown }) : answer.status;
  };
  const put = { namespace: ["notes"], key: "k", value: { text: "mine", owner: "ann" } };
  expect(await ask("ann", "PUT", "/store/items", put)).toBe(204);
  expect(await ask("ann", "GET", "/store/items?namespace=notes&key=k")).toMatchObject({ value: { text: "mine" } });
  expect(await ask("bob", "GET", "/store/items?namespace=notes&key=k")).toBeNull();
  expect(await ask("ann", "POST", "/store/items/search", { namespace_prefix: ["ann"] })).toMatchObject({ items: [{}] });
  expect(await ask("bob", "POST", "/store/items/search", { namespace_prefix: ["ann"] })).toEqual({ items: [] });
});

test("namespaces are listed by labels that can be, and embeddings that fail answer 502 and keep what was there", async () => {
  const file = join(makeTemporaryFolder(), "embed.mjs");
  writeFileSync(
    file,
    `export const embed = (texts) => {
       if (texts.some((text) => text.includes("fail"))) throw new Error("no quota");
       return texts.map((text) => (text.includes("odd") ? [1] : [text.length, 1]));
     };`,
  );
  const { url, client } = await startTestServer(
    {},
    { config: { graphs: { steps: { graph: steps } }, store: { index: { embed: `${file}:embed`, dims: 2 } } } },
  );
  const ask = (method: string, path: string, body: object) =>
    send(`${url}${path}`, { method, body: JSON.stringify(body) });
  expect(await ask("POST", "/store/namespaces", { prefix: ["a.b"] })).toMatchObject({ status: 422 });
  await client.store.putItem(["n"], "k", { text: "first" });
  for (const text of ["fail", "odd"]) {
    const answer = await ask("PUT", "/store/items", { namespace: ["n"], key: "k", value: { text } });
    expect(answer).toMatchObject({ status: 502, headers: { "x-troupe-error": "embedding_failed" } });
  }
  const { items } = await client.store.searchItems(["n"], { query: "what?" });
  expect(items).toMatchObject([{ value: { text: "first" }, score: expect.any(Number) }]);
});

test("what an auth handler's filters hide answers 404, and what they would hide is not written", async () => {
  const file = join(makeTemporaryFolder(), "auth.ts");
  writeFileSync(
    file,
    `import { Auth } from ${JSON.stringify(import.meta.resolve("@langchain/langgraph-sdk/auth"))};
     export const auth = new Auth()
       .authenticate((request) => ({ identity: request.headers.get("x-user"), permissions: [] }))
       .on("store", ({ user }) => ({ owner: user.identity }));`,
  );
  const config = { graphs: { steps: { graph: steps } }, auth: { path: `${file}:auth` } };
  const { url } = await startTestServer({}, { config });
  const ask = async (user: string, method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, { method, headers: { "x-user": user }, body: JSON.stringify(body) });
    return answer.status;
  };
  const item = { namespace: ["n"], key: "k", value: { owner: "ann" } };
  expect(await ask("ann", "PUT", "/store/items", item)).toBe(204);
  expect(await ask("ann", "GET", "/store/items?namespace=n&key=k")).toBe(200);
  expect(await ask("bob", "GET", "/store/items?namespace=n&key=k")).toBe(404);
  expect(await ask("bob", "PUT", "/store/items", { ...item, value: { owner: "bob" } })).toBe(404);
  expect(await ask("bob", "DELETE", "/store/items", { namespace: ["n"], key: "k" })).toBe(404);
  expect(await ask("bob", "PUT", "/store/items", { ...item, key: "other" })).toBe(403);
  expect(await ask("ann", "DELETE", "/store/items", { namespace: ["n"], key: "k" })).toBe(204);
});
