import { inspect } from "node:util";
import { START, StateGraph } from "@langchain/langgraph";
import type { Assistant } from "@langchain/langgraph-sdk";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStorage } from "../../storage/sqlite/open-sqlite-storage.ts";
import { LogState, steps } from "../../tests/fixtures/graphs.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { startTestServer } from "../../tests/fixtures/start-test-server.ts";
import { admitRun } from "./admit-run.ts";

const cycle: Record<string, unknown> = {};
cycle.itself = cycle;

const hostile: Record<string, unknown> = {
  "an object with a cycle": cycle,
  "an object with a getter that throws": Object.defineProperty({}, "value", {
    enumerable: true,
    get() {
      throw new Error("unreadable");
    },
  }),
  "an error whose message is an object with a cycle": Object.assign(new Error("odd"), { message: cycle }),
  "an error that the console cannot show": Object.assign(new Error("odd"), {
    [Symbol.for("nodejs.util.inspect.custom")]() {
      throw new Error("unreadable");
    },
  }),
  "an error that looks drained": Object.assign(new Error("odd"), { name: "GraphDrained" }),
  "an error that looks stale": Object.assign(new Error("odd"), { name: "TroupeError", code: "claim_stale", hint: "" }),
  null: null,
};

test.each(Object.keys(hostile))("a run whose node throws %s ends as an error", async (name) => {
  const graph = new StateGraph(LogState)
    .addNode("fail", (): { log: string[] } => {
      throw hostile[name];
    })
    .addEdge(START, "fail");
  const { client } = await startTestServer({ hostile: graph }, { log: (_, error) => void inspect(error) });
  const { thread_id } = await client.threads.create();
  const result = await client.runs.wait(thread_id, "hostile", { input: { topic: "" }, raiseError: false });
  expect(result).toMatchObject({ __error__: { error: expect.any(String), message: expect.any(String) } });
  expect(await client.runs.list(thread_id)).toMatchObject([{ status: "error" }]);
  expect(await client.threads.get(thread_id)).toMatchObject({ status: "error" });
});

test.each([
  [9, "success", null],
  [10, "error", { error: "run_attempts_exceeded" }],
] as const)("a run that ended %i attempts without a word ends as %s", async (times, status, error) => {
  const storage = await openSqliteStorage({ path: `${makeTemporaryFolder()}/server.sqlite` });
  onTestFinished(() => storage.close());
  const assistant = { assistant_id: "steps", graph_id: "steps", config: {} } as Assistant;
  const request = { assistant, thread_id: undefined, headers: {} };
  const {
    run: { thread_id, run_id },
  } = await storage.runs.create(
    admitRun({ assistant_id: "steps", input: { topic: "" }, on_completion: "keep" }, request),
  );
  for (let time = 0; time < times; time++) {
    await storage.runs.claim({ worker_id: "killed", lease_ms: 0 });
  }
  const { client } = await startTestServer({ steps }, { storage });
  await expect.poll(() => client.runs.get(thread_id, run_id)).toMatchObject({ status });
  const thread = await client.threads.get(thread_id);
  if (error) expect(thread).toMatchObject({ status: "error", error });
  else expect(thread).toMatchObject({ status: "idle", error: null });
});
