import { Agent, request } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../fixtures/make-temporary-folder.ts";
import { faultSize, faultTimeout, takeSeed } from "./fault-size.ts";
import { listRoutes, malformedRequest, type MalformedRequest } from "./malformed-request.ts";
import { startFaultServer } from "./start-fault-server.ts";

const [count, batchSize, sockets] = [100_000 * faultSize, 100, 32];
const agent = new Agent({ keepAlive: true, maxSockets: sockets });

/** How long an answer may take that waits for a run; what is waited for is not cut off sooner. */
const patienceMs = 2_000;

/** Sends a request and answers the status, or `undefined` where the server waits for something, and what it says of a failure. */
function send(
  url: string,
  { method, path, headers, body }: MalformedRequest,
): Promise<{ status?: number; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, agent, method, path, headers }, (response) => {
      const { statusCode: status } = response;
      let text = "";
      const isEndless = response.headers["content-type"]?.startsWith("text/event-stream");
      response.setEncoding("latin1").on("data", (part: string) => {
        if (text.length < 300) text += part;
        if (isEndless) response.destroy();
      });
      response.on("close", () => resolve({ status, text }));
      response.on("error", () => {});
      if (isEndless) setTimeout(() => response.destroy(), 100).unref();
    });
    sent.setTimeout(patienceMs, () => {
      sent.destroy();
      resolve({ text: "" });
    });
    sent.on("error", (error) => {
      // It may refuse a body before it has read it.
      if ("code" in error && ["EPIPE", "ECONNRESET"].includes(String(error.code))) resolve({ text: "" });
      else reject(error);
    });
    sent.end(body);
  });
}

test(
  `${count} malformed requests get no 5xx, reject nothing unhandled, and the server still works`,
  { timeout: faultTimeout },
  async () => {
    const seed = takeSeed();
    const server = startFaultServer(makeTemporaryFolder());
    const url = await server.url;
    const routes = await listRoutes(url);
    const thread_id = "0190b4a6-0000-7000-8000-000000000001";
    const statuses: Record<string, number> = {};
    const failures = new Map<string, string>();

    const post = async (path: string, body: object) => {
      const response = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
      return (await response.json()) as { run_id: string; assistant_id: string };
    };

    for (let sent = 0; sent < count; sent += batchSize) {
      const messages = [{ role: "user", content: "hello" }];
      // Those from before may be deleted, or changed, by a request that was right by chance.
      const { assistant_id } = await post("/assistants", { graph_id: "echo" });
      const run = await post(`/threads/${thread_id}/runs`, {
        assistant_id,
        input: { messages },
        if_not_exists: "create",
        multitask_strategy: "enqueue",
      });
      const ids = [thread_id, run.run_id, assistant_id];
      const requests = fc.sample(malformedRequest(routes, ids), { numRuns: batchSize, seed: seed + sent });
      const next = requests.values();
      const work = async () => {
        for (const each of next) {
          const { status, text } = await send(url, each).catch((error: unknown) => {
            throw new Error(`${server.isAlive() ? "" : "The server died. "}${tell(each)}\n${server.errors()}`, {
              cause: error,
            });
          });
          statuses[status ?? "none"] = (statuses[status ?? "none"] ?? 0) + 1;
          if (status && status >= 500)
            failures.set(
              `${each.method} ${each.path.replaceAll(/\/[0-9a-f-]{36}/g, "/:id").split("?")[0]} ${status}`,
              `${tell(each)} ${text}`,
            );
        }
      };
      await Promise.all(Array.from({ length: sockets }, work));
    }

    console.log(`${count} requests to ${routes.length} routes: ${JSON.stringify(statuses)}`);
    expect([...failures.values()].slice(0, 20)).toEqual([]);
    expect(server.errors()).not.toMatch(/unhandled/i);
    expect((await fetch(`${url}/ok`)).status).toBe(200);
    const { assistant_id } = await post("/assistants", { graph_id: "echo" });
    const input = { messages: [{ role: "user", content: "still there?" }] };
    expect(JSON.stringify(await post("/runs/wait", { assistant_id, input }))).toContain("You said still there?");
  },
);

const tell = ({ method, path, headers, body }: MalformedRequest): string =>
  `${method} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${body?.toString().slice(0, 300)}`;
