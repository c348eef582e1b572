import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { approval, createGate, failing, steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";
import { createWebhookPost } from "./post-webhook.ts";
import { signWebhook } from "./sign-webhook.ts";

interface Received {
  headers: IncomingMessage["headers"];
  text: string;
  body: Record<string, unknown>;
}

/** A receiver on loopback that keeps what it is sent and answers 204, or as told. */
async function startReceiver(answer = (response: ServerResponse) => void response.writeHead(204).end()) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      received.push({ headers: request.headers, text, body: JSON.parse(text) as Received["body"] });
      answer(response);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const next = (count = 1) => vi.waitUntil(() => (received.length >= count ? received[count - 1] : undefined), 10_000);
  return { url: `http://127.0.0.1:${port}/hook`, received, next };
}

function setSecret(secret: string): void {
  process.env.TROUPE_WEBHOOK_SECRET = secret;
  onTestFinished(() => void delete process.env.TROUPE_WEBHOOK_SECRET);
}

test("the end of a run is told with its values, signed", async () => {
  setSecret("whsec_c2VjcmV0");
  const receiver = await startReceiver();
  const { client } = await startTestServer({ steps });
  const { thread_id } = await client.threads.create();
  const asked = { input: { topic: "tide" }, webhook: receiver.url, metadata: { order: 7 } };
  const { run_id } = await client.runs.create(thread_id, "steps", asked);
  const { headers, text, body } = await receiver.next();
  expect(body).toMatchObject({
    run_id,
    thread_id,
    status: "success",
    metadata: { order: 7 },
    values: { topic: "tide", log: ["first tide", "second", "third"] },
  });
  for (const time of ["run_started_at", "run_ended_at", "webhook_sent_at"])
    expect(Date.parse(String(body[time]))).toBeGreaterThan(0);
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  const digest = createHmac("sha256", "secret")
    .update(`${String(id)}.${String(timestamp)}.${text}`)
    .digest("base64");
  expect(signature).toBe(`v1,${digest}`);
  expect((await client.runs.get(thread_id, run_id)).status).toBe("success");
});

test("a signature is the one of the specification's example", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const sent = { webhook_id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body: '{"test": 2432232314}' };
  expect(signWebhook(sent, secret)).toMatchObject({
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("a run that fails, is interrupted by a question, is cancelled, or has no thread of its own, is told too", async () => {
  const receiver = await startReceiver();
  const gate = createGate();
  const { client } = await startTestServer({ failing, approval, gate: gate.graph, steps });
  const asked = { input: { topic: "tide" }, webhook: receiver.url };
  const { thread_id } = await client.threads.create();
  await client.runs.create(thread_id, "failing", asked);
  expect((await receiver.next(1)).body).toMatchObject({
    status: "error",
    error: "The tide is out.",
    values: { log: ["first"] },
  });
  const other = await client.threads.create();
  await client.runs.create(other.thread_id, "approval", asked);
  expect((await receiver.next(2)).body).toMatchObject({
    status: "success",
    values: { __interrupt__: [{ value: "Publish tide?" }] },
  });
  const third = await client.threads.create();
  const { run_id } = await client.runs.create(third.thread_id, "gate", asked);
  await gate.entered;
  await client.runs.cancel(third.thread_id, run_id);
  expect((await receiver.next(3)).body).toMatchObject({ status: "interrupted", values: { log: ["before"] } });
  await client.runs.wait(null, "steps", asked);
  expect((await receiver.next(4)).body).toMatchObject({ status: "success", values: { topic: "tide" } });
});

test("a webhook that has not arrived when its server closes is sent after the next start, under the same id", async () => {
  const receiver = await startReceiver(
    (response) => void (receiver.received.length > 1 && response.writeHead(204).end()),
  );
  const data = makeTemporaryFolder();
  const first = await startTestServer({ steps }, { data });
  const { thread_id } = await first.client.threads.create();
  await first.client.runs.create(thread_id, "steps", { input: { topic: "tide" }, webhook: receiver.url });
  await receiver.next(1);
  await first.close();
  await startTestServer({ steps }, { data });
  const again = await receiver.next(2);
  expect(again.headers["webhook-id"]).toBe(receiver.received[0]!.headers["webhook-id"]);
  expect(again.body.webhook_sent_at).not.toBe(receiver.received[0]!.body.webhook_sent_at);
});

test("a redirect is not followed", async () => {
  const receiver = await startReceiver((response) => void response.writeHead(302, { location: "/elsewhere" }).end());
  const post = createWebhookPost({ allowedHosts: [], allowsLoopback: true, secret: undefined });
  const webhook = { webhook_id: "msg_1", run_id: "run", url: receiver.url, payload: "{}", attempt: 1 };
  expect(await post(webhook, AbortSignal.timeout(5_000))).toBe(302);
  expect(receiver.received).toHaveLength(1);
});

test("a path is one of the server's own app", async () => {
  const told = Promise.withResolvers<Record<string, unknown>>();
  const folder = makeTemporaryFolder();
  const { writeFile } = await import("node:fs/promises");
  const key = Symbol.for("test:webhook");
  (globalThis as Record<symbol, unknown>)[key] = told.resolve;
  onTestFinished(() => void delete (globalThis as Record<symbol, unknown>)[key]);
  await writeFile(
    `${folder}/app.mjs`,
    `export const app = async (request) => {
       if (!request.url.endsWith("/done")) return new Response(null, { status: 404 });
       globalThis[Symbol.for("test:webhook")](await request.json());
       return new Response(null, { status: 204 });
     };`,
  );
  const config = { graphs: { steps: { graph: steps } }, http: { app: `${folder}/app.mjs:app` } };
  const { client } = await startTestServer({}, { config });
  await client.runs.create(null, "steps", { input: { topic: "tide" }, webhook: "/done" });
  expect(await told.promise).toMatchObject({ status: "success", values: { topic: "tide" } });
});

test("an address that is not to be sent to is refused when the run is asked for, also in a batch", async () => {
  const { url } = await startTestServer({ steps }, { apiKey: "key" });
  const headers = { "x-api-key": "key" };
  for (const [path, webhook] of [
    ["/runs", "http://169.254.169.254/"],
    ["/runs/wait", "ftp://example.com/"],
    ["/runs/stream", "http://localhost:3000/"],
  ]) {
    const body = JSON.stringify({ assistant_id: "steps", webhook });
    const answer = await send(`${url}${path}`, { method: "POST", headers, body });
    expect(answer).toMatchObject({ status: 422, headers: { "x-troupe-error": "webhook_refused" } });
    expect(answer.headers["x-troupe-hint"]).toBeTruthy();
  }
  const batch = JSON.stringify([{ assistant_id: "steps", webhook: "http://10.0.0.1/" }]);
  expect((await send(`${url}/runs/batch`, { method: "POST", headers, body: batch })).status).toBe(422);
});
