import { describe, expect, test } from "vitest";
import { steps } from "../tests/fixtures/graphs.ts";
import { send, startTestServer } from "../tests/fixtures/start-test-server.ts";

const key = "correct horse";

describe("Host", () => {
  test.each(["localhost", "127.0.0.1", "[::1]", "app.localhost", "127.9.9.9"])("%s is this machine", async (host) => {
    const { url, port } = await startTestServer({ steps });
    expect(await send(`${url}/info`, { headers: { host: `${host}:${port}` } })).toMatchObject({ status: 200 });
  });

  test.each([
    "rebound.example.com",
    "127.0.0.1.example.com",
    "localhost.example.com",
    "169.254.169.254",
    "[::2]",
    "a@localhost",
  ])("%s, which a page could have made point here, is refused before the body is read", async (host) => {
    const { url } = await startTestServer({ steps });
    const refused = await send(`${url}/threads`, { method: "POST", headers: { host }, body: "{ not even JSON" });
    expect(refused).toMatchObject({ status: 403, headers: { "x-troupe-error": "host_refused" } });
  });

  test("a configured name is known, with any port or with the one it names", async () => {
    const { url } = await startTestServer(
      { steps },
      { allowedHosts: ["agents.example.com", "Other.example.com:8080"] },
    );
    const ask = async (host: string) => (await send(`${url}/ok`, { headers: { host } })).status;
    expect(await ask("AGENTS.example.com:443")).toBe(200);
    expect(await ask("other.example.com:8080")).toBe(200);
    expect(await ask("other.example.com:9")).toBe(403);
  });
});

describe("Origin", () => {
  test.each(["https://evil.example.com", "null", "http://localhost.example.com", "file://", "chrome-extension://abc"])(
    "%s is refused before the body is read",
    async (origin) => {
      const { url } = await startTestServer({ steps });
      const refused = await send(`${url}/threads`, { method: "POST", headers: { origin }, body: "{ not even JSON" });
      expect(refused).toMatchObject({ status: 403, headers: { "x-troupe-error": "origin_refused" } });
      expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
    },
  );

  test.each([
    "http://localhost:3000",
    "http://127.0.0.1:5173",
    "https://smith.langchain.com",
    "https://chat.example.com",
  ])("%s may read the answer, and only it", async (origin) => {
    const { url } = await startTestServer({ steps }, { allowedOrigins: ["https://chat.example.com"] });
    const { status, headers } = await send(`${url}/info`, { headers: { origin } });
    expect(status).toBe(200);
    expect(headers["access-control-allow-origin"]).toBe(origin);
    expect(headers.vary).toContain("Origin");
    for (const name of ["content-location", "location", "x-pagination-total"]) {
      expect(headers["access-control-expose-headers"]).toContain(name);
    }
  });

  test("a preflight is answered without a key, the private network's question included", async () => {
    const { url } = await startTestServer({ steps }, { apiKey: key });
    const { status, headers } = await send(`${url}/threads`, {
      method: "OPTIONS",
      headers: {
        origin: "https://smith.langchain.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-auth-scheme",
        "access-control-request-private-network": "true",
      },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      "access-control-allow-origin": "https://smith.langchain.com",
      "access-control-allow-headers": "content-type,x-auth-scheme",
      "access-control-allow-private-network": "true",
    });
    expect(headers["access-control-allow-methods"]).toContain("POST");
  });

  test("a refused origin's preflight is refused", async () => {
    const { url } = await startTestServer({ steps });
    const headers = { origin: "https://evil.example.com", "access-control-request-method": "POST" };
    expect(await send(`${url}/threads`, { method: "OPTIONS", headers })).toMatchObject({ status: 403 });
  });
});

describe("the key", () => {
  test.each<Record<string, string>>([{ "x-api-key": key }, { authorization: `Bearer ${key}` }])(
    "%j lets in",
    async (headers) => {
      const { url } = await startTestServer({ steps }, { apiKey: key });
      expect(await send(`${url}/info`, { headers })).toMatchObject({ status: 200 });
    },
  );

  test.each<Record<string, string>>([
    {},
    { "x-api-key": "correct" },
    { authorization: key },
    { "x-auth-scheme": "langsmith" },
    { "x-api-key": "" },
  ])("%j does not, even from this machine", async (headers) => {
    const { url } = await startTestServer({ steps }, { apiKey: key });
    expect(await send(`${url}/info`, { headers })).toMatchObject({
      status: 401,
      headers: { "x-troupe-error": "unauthorized" },
    });
    expect(await send(`${url}/ok`, { headers })).toMatchObject({ status: 200 });
  });

  test("an address that others reach demands it", async () => {
    await expect(startTestServer({ steps }, { host: "0.0.0.0" })).rejects.toMatchObject({ code: "address_unsafe" });
    const withKey = await startTestServer({ steps }, { host: "0.0.0.0", apiKey: key });
    expect(await send(`http://127.0.0.1:${withKey.port}/info`)).toMatchObject({ status: 401 });
    const insecure = await startTestServer({ steps }, { host: "0.0.0.0", insecure: true });
    expect(await send(`http://127.0.0.1:${insecure.port}/info`)).toMatchObject({ status: 200 });
  });
});
