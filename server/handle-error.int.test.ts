import { describe, expect, test } from "vitest";
import { echo, steps } from "../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../tests/fixtures/start-test-server.ts";

const id = "00000000-0000-4000-8000-000000000000";

const posts = [
  "/threads",
  "/runs",
  "/runs/wait",
  "/runs/stream",
  `/threads/${id}/runs`,
  `/threads/${id}/runs/wait`,
  `/threads/${id}/runs/stream`,
  `/threads/${id}/state`,
  `/threads/${id}/state/checkpoint`,
  `/threads/${id}/history`,
  "/assistants/search",
];

const gets = [
  `/threads/${id}`,
  `/threads/${id}/state`,
  `/threads/${id}/state/${id}`,
  `/threads/${id}/history`,
  `/threads/${id}/runs`,
  `/threads/${id}/runs/${id}`,
  `/threads/${id}/runs/${id}/stream`,
  `/runs/${id}/stream`,
  `/assistants/${id}`,
  `/assistants/${id}/graph`,
  `/assistants/${id}/schemas`,
];

const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

describe("bad input is never the server's fault", async () => {
  test.each(posts)("POST %s with a body that is no JSON answers 400", async (path) => {
    const { url } = await startTestServer({ steps });
    for (const body of ["{", "\u0000", "{'a':1}", "undefined"]) {
      const answer = await send(`${url}${path}`, { method: "POST", body });
      expect(answer).toMatchObject({ status: 400, headers: { "x-troupe-error": "body_malformed" } });
    }
  });

  test.each(posts)("POST %s with JSON of the wrong shape answers 4xx and names a hint", async (path) => {
    const { url } = await startTestServer({ steps });
    const bodies = [
      "null",
      "[]",
      '"text"',
      "7",
      deep,
      `{"assistant_id":"steps","input":{"topic":"t","x":${deep}}}`,
      '{"assistant_id":7}',
      '{"assistant_id":"nobody"}',
      '{"assistant_id":"steps","stream_mode":"everything"}',
      '{"assistant_id":"steps","config":"fast"}',
      '{"assistant_id":"steps","config":{"recursion_limit":0}}',
      '{"assistant_id":"steps","command":{"goto":7}}',
      '{"assistant_id":"steps","webhook":"http://10.0.0.1/"}',
      '{"thread_id":"not-a-uuid"}',
      '{"metadata":7,"limit":0,"checkpoint":"x","values":7,"assistant_id":""}',
      '{"limit":1e99,"offset":-1,"before":"x","checkpoint":{"checkpoint_id":"x"},"checkpoint_id":7,"if_exists":"maybe"}',
    ];
    for (const body of bodies) {
      const { status, headers } = await send(`${url}${path}`, { method: "POST", body });
      // What a path has no field for passes; it then fails on the unknown thread, or is right.
      expect([200, 404, 422], `${path} ${body.slice(0, 80)}`).toContain(status);
      if (status !== 200) expect(headers["x-troupe-hint"]).toBeTruthy();
    }
  });

  test.each(gets)("GET %s of nothing answers 404", async (path) => {
    const { url } = await startTestServer({ steps });
    expect(await send(`${url}${path}`)).toMatchObject({ status: 404 });
  });

  test.each(gets)("GET %s with another kind of id answers 4xx", async (path) => {
    const { url } = await startTestServer({ steps });
    for (const wrong of ["x", "%00", "..%2f..", "%E0%A4%A", "a".repeat(2_000), "%F0%9F%90%9F"]) {
      const { status } = await send(`${url}${path.replace(id, wrong)}`);
      expect([400, 404, 422], wrong).toContain(status);
    }
  });

  test("queries of the wrong kind answer 422", async () => {
    const { url, client } = await startTestServer({ steps });
    const { thread_id } = await client.threads.create();
    for (const path of [
      "state?subgraphs=maybe",
      "history?limit=x",
      "history?limit=0",
      "runs?limit=-1",
      "runs?status=odd",
    ]) {
      const answer = await send(`${url}/threads/${thread_id}/${path}`);
      expect(answer).toMatchObject({ status: 422, headers: { "x-troupe-error": "invalid_request" } });
    }
    expect(await send(`${url}/assistants/steps/graph?xray=lots`)).toMatchObject({ status: 422 });
  });

  test("a body that is too large answers 413", async () => {
    const { url } = await startTestServer({ steps }, { maxBodyBytes: 1_000 });
    const body = JSON.stringify({ metadata: { text: "x".repeat(2_000) } });
    expect(await send(`${url}/threads`, { method: "POST", body })).toMatchObject({
      status: 413,
      headers: { "x-troupe-error": "body_too_large" },
    });
  });

  test("a charset or encoding that is not known answers 400", async () => {
    const { url } = await startTestServer({ steps });
    const types: Record<string, string>[] = [
      { "content-type": "application/json; charset=klingon" },
      { "content-encoding": "rot13" },
    ];
    for (const headers of types) {
      expect(await send(`${url}/threads`, { method: "POST", headers, body: "{}" })).toMatchObject({ status: 400 });
    }
  });

  test("JSON is read whatever the content type says, and extra fields pass", async () => {
    const { url } = await startTestServer({ steps });
    const headers = { "content-type": "text/plain" };
    const body = JSON.stringify({ metadata: { __proto__: 1 }, newer_field: true });
    expect(await send(`${url}/threads`, { method: "POST", headers, body })).toMatchObject({ status: 200 });
  });
});

describe("the form of an error", () => {
  test("on a LangGraph path it is text, with code and hint in the headers", async () => {
    const { url } = await startTestServer({ steps, écho: echo });
    const answer = await send(`${url}/assistants/nobody`);
    expect(answer).toMatchObject({ status: 404, headers: { "x-troupe-error": "assistant_not_found" } });
    expect(answer.headers["content-type"]).toContain("text/plain");
    expect(answer.text).toBe('No assistant is found for "nobody".');
    expect(decodeURIComponent(String(answer.headers["x-troupe-hint"]))).toContain('"écho"');
  });

  test("elsewhere it is JSON", async () => {
    const { url } = await startTestServer({ steps });
    const { status, text } = await send(`${url}/nowhere`);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual({
      code: "route_not_found",
      message: 'There is no "GET /nowhere" here.',
      hint: expect.any(String),
    });
  });

  test("what nobody foresaw is a 500 that tells nothing, and the whole is in the log", async () => {
    const server = await startTestServer({
      odd: () => {
        throw new Error("the password is swordfish");
      },
    });
    const answer = await send(`${server.url}/assistants/odd/graph`);
    expect(answer).toMatchObject({
      status: 500,
      text: "Internal Server Error",
      headers: { "x-troupe-error": "internal_error" },
    });
    expect(server.errors).toEqual([new Error("the password is swordfish")]);
  });
});
