import { expect, test } from "vitest";
import { startProviderServer } from "./start-provider-server.ts";

const post = (url: string, path: string, body: object, headers = {}) =>
  fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify({ model: "m", ...body }) });

test("a stream has the frames of OpenAI's protocol, with a usage only when it is asked for", async () => {
  await using provider = await startProviderServer({ chat: () => "Good day." });
  const ask = async (more: object) => {
    const response = await post(provider.url, "/chat/completions", { messages: [], stream: true, ...more });
    return response.text();
  };
  const plain = await ask({});
  expect(plain.split("\n\n").filter(Boolean)).toHaveLength(5);
  expect(plain).toMatch(/"content":" day\."[^]*"finish_reason":"stop"[^]*data: \[DONE\]\n\n$/);
  expect(plain).not.toContain("usage");
  expect(await ask({ stream_options: { include_usage: true } })).toContain('"choices":[],"usage":{"prompt_tokens":1');
});

test("vectors come as numbers or as base64 of 32-bit floats", async () => {
  await using provider = await startProviderServer({ embed: (texts) => texts.map((text) => [text.length, 0.5]) });
  const ask = async (encoding_format?: string) => {
    const response = await post(provider.url, "/embeddings", { input: ["ab", "c"], encoding_format });
    return ((await response.json()) as { data: { embedding: unknown }[] }).data.map(({ embedding }) => embedding);
  };
  expect(await ask()).toEqual([
    [2, 0.5],
    [1, 0.5],
  ]);
  const [first] = await ask("base64");
  expect([...new Float32Array(Uint8Array.from(Buffer.from(String(first), "base64")).buffer)]).toEqual([2, 0.5]);
});

test("requests are recorded, and faults come in their order", async () => {
  const faults = [{ status: 429, headers: { "retry-after": "1" } }, undefined, { cut: "reset", after: 0 } as const];
  await using provider = await startProviderServer({ chat: () => "hi", faults });
  const ask = () => post(provider.url, "/chat/completions", { messages: [] }, { authorization: "Bearer k" });
  const limited = await ask();
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
  expect((await ask()).status).toBe(200);
  await expect(ask().then((response) => response.text())).rejects.toThrow();
  expect(provider.requests.map(({ path, headers, body }) => [path, headers.authorization, body.model])).toEqual(
    Array.from({ length: 3 }, () => ["/v1/chat/completions", "Bearer k", "m"]),
  );
});

test("a wrong key is a 401, what was not asked of it a 404, and a throw of its script a 500", async () => {
  const chat = () => {
    throw new Error("script is wrong");
  };
  await using provider = await startProviderServer({ key: "right", chat });
  const ask = (path: string, key: string) =>
    post(provider.url, path, { messages: [] }, { authorization: `Bearer ${key}` });
  expect((await ask("/chat/completions", "wrong")).status).toBe(401);
  expect((await ask("/embeddings", "right")).status).toBe(404);
  const failed = await ask("/chat/completions", "right");
  expect([failed.status, await failed.text()]).toEqual([500, expect.stringContaining("script is wrong")]);
});

test("nothing listens any more once it is disposed of, a hanging request included", async () => {
  const provider = await startProviderServer({ chat: () => "hi", faults: () => ({ hang: true }) });
  const answer = post(provider.url, "/chat/completions", { messages: [] });
  const failed = expect(answer).rejects.toThrow();
  await expect.poll(() => provider.requests.length).toBe(1);
  await provider[Symbol.asyncDispose]();
  await failed;
  await expect(post(provider.url, "/chat/completions", {})).rejects.toThrow();
});
