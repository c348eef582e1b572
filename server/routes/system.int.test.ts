import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { failing, steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";
import { langGraphRouter } from "../lang-graph-router.ts";
import type { describeApi } from "../openapi/describe-api.ts";
import { listRoutes } from "../openapi/list-routes.ts";
import { operations } from "../openapi/operations.ts";

test("/ok says that the server is there, and its database too where it is asked", async () => {
  const { url } = await startTestServer({ steps });
  for (const path of ["/ok", "/ok?check_db=1", "/ok?check_db=0"]) {
    expect(await send(`${url}${path}`)).toMatchObject({ status: 200, text: '{"ok":true}' });
  }
  expect(await send(`${url}/ok?check_db=maybe`)).toMatchObject({ status: 422 });
});

test("/info says what Studio asks for", async () => {
  const { url } = await startTestServer({ steps });
  expect(JSON.parse((await send(`${url}/info`)).text)).toMatchObject({
    version: expect.stringMatching(/^\d/) as string,
    langgraph_js_version: expect.stringMatching(/^1\./) as string,
    context: "js",
    flags: { assistants: true, crons: true, langsmith: false },
  });
});

test("/metrics counts the runs that ended, by status, and how long they took and waited", async () => {
  const { url, client } = await startTestServer({ steps, failing });
  await client.runs.wait(null, "steps", { input: { topic: "" } });
  await client.runs.wait(null, "steps", { input: { topic: "" } });
  const { thread_id } = await client.threads.create();
  await client.runs.wait(thread_id, "failing", { input: { topic: "" }, raiseError: false });
  const { text, headers } = await send(`${url}/metrics`);
  expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
  const lines = text.trimEnd().split("\n");
  expect(lines).toContain('troupe_runs_ended_total{status="success"} 2');
  expect(lines).toContain('troupe_runs_ended_total{status="error"} 1');
  expect(lines).toContain("troupe_runs_running 0");
  for (const name of ["troupe_run_seconds", "troupe_queue_seconds"]) {
    expect(lines).toContain(`${name}_bucket{le="300"} 3`);
    expect(lines).toContain(`${name}_count 3`);
  }
  const samples = lines.filter((line) => !line.startsWith("#"));
  for (const line of samples) expect(line).toMatch(/^[a-z_]+(\{[a-z]+="[^"]+"\})? \d+(\.\d+)?(e-\d+)?$/);
  expect(Number(samples.find((line) => line.startsWith("process_resident"))?.split(" ")[1])).toBeGreaterThan(1e7);
});

test("/openapi.json describes every path that is served, and none besides", async () => {
  const langGraph = await langGraphRouter({
    config: { graphs: { steps: { graph: steps } } },
    data: makeTemporaryFolder(),
  });
  onTestFinished(() => langGraph.close());
  expect(Object.keys(operations).toSorted()).toEqual(listRoutes(langGraph.router).toSorted());
});

test("/openapi.json has the schemas that bodies and queries are checked with, and leaves out what is not served", async () => {
  const { url } = await startTestServer({ steps });
  const api = JSON.parse((await send(`${url}/openapi.json`)).text) as ReturnType<typeof describeApi>;
  expect(api.openapi).toBe("3.1.0");
  expect(api.paths).not.toHaveProperty("/knowledge");
  const { parameters } = api.paths["/threads/{thread_id}/history"]!.get!;
  expect(parameters.map(({ name, in: place }) => [name, place])).toEqual([
    ["thread_id", "path"],
    ["limit", "query"],
    ["before", "query"],
    ["select", "query"],
  ]);
  const { schema } = api.paths["/threads/{thread_id}/runs/wait"]!.post!.requestBody!.content["application/json"];
  expect(schema).toMatchObject({ required: ["assistant_id"], properties: { multitask_strategy: expect.anything() } });
});

test("/docs is a page that loads nothing, and lists every path", async () => {
  const { url } = await startTestServer({ steps });
  const { headers, text } = await send(`${url}/docs`);
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(text).not.toMatch(/<script|\ssrc=|<link|@import|url\(/);
  expect(text).toContain("<code>/threads/{thread_id}/runs/stream</code>");
  const style = /<style>(.*?)<\/style>/s.exec(text)![1]!;
  expect(headers["content-security-policy"]).toContain(createHash("sha256").update(style).digest("base64"));
});
