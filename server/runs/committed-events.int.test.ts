import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStorage } from "../../storage/sqlite/open-sqlite-storage.ts";
import type { Storage } from "../../storage/storage.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { newRunOf } from "../../tests/fixtures/start-test-worker.ts";
import { isActive } from "./read-run-result.ts";
import type { RunBody } from "./run-body.ts";

/** A process for each commit takes seconds on a busy machine. */
const timeout = 120_000;

const script = fileURLToPath(new URL("../../tests/fixtures/mortal-worker.ts", import.meta.url));

/** Has a run executed by one process after the other, each of which dies by SIGKILL right after its first commit. */
async function executeByMortals(storage: Awaited<ReturnType<typeof open>>, body: RunBody, thread_id = "t") {
  const { run } = await storage.runs.create(newRunOf(body.assistant_id, thread_id, body));
  let deaths = 0;
  while (isActive(await storage.runs.get(run.run_id))) {
    const env = { ...process.env, DATA: storage.folder, DIES: "yes" };
    const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "ignore", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [, signal] = (await once(child, "exit")) as [number, string];
    if (signal === "SIGKILL") deaths += 1;
  }
  const events = await storage.events.list(run.run_id, { after: -1, limit: 1_000 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, number) => number));
  const frames = events.map(({ event, data }) => ({ event, data: JSON.parse(data) as Record<string, unknown> }));
  return { run: await storage.runs.get(run.run_id), frames, deaths };
}

async function open(): Promise<Storage & { folder: string }> {
  const folder = makeTemporaryFolder();
  const storage = await openSqliteStorage({ path: join(folder, "server.sqlite") });
  onTestFinished(() => storage.close());
  return { ...storage, folder };
}

type Frames = Awaited<ReturnType<typeof executeByMortals>>["frames"];
const named = (frames: Frames, name: string) => frames.filter(({ event }) => event.split("|")[0] === name);
const nodesOf = (frames: Frames) => named(frames, "updates").flatMap(({ data }) => Object.keys(data));

test("of a run that is killed after each commit the events tell each committed node once", { timeout }, async () => {
  const { run, frames, deaths } = await executeByMortals(await open(), {
    assistant_id: "branches",
    input: { log: [] },
    stream_mode: ["updates", "tasks", "values", "checkpoints"],
    stream_subgraphs: true,
  });
  expect(run.status).toBe("success");
  expect(deaths).toBeGreaterThan(6);
  const nodes = ["deep", "deeper", "fast", "first", "inner", "last", "slow"];
  expect(nodesOf(frames).toSorted()).toEqual(nodes);
  const results = named(frames, "tasks").filter(({ data }) => "result" in data);
  expect(results.map(({ data }) => data.name as string).toSorted()).toEqual(nodes);
  const log = ["first", "fast", "slow", "inner", "last"];
  const logs = [0, 1, 3, 4, 5].map((length) => log.slice(0, length));
  const values = frames.filter(({ event }) => event === "values");
  expect(values.map(({ data }) => data.log)).toEqual(logs);
  const checkpoints = frames.filter(({ event }) => event === "checkpoints");
  expect(checkpoints.map(({ data }) => (data.values as { log: string[] }).log)).toEqual([[], ...logs]);
});

test(
  "a run that asks and is killed after each commit asks once, and its answer is applied once",
  { timeout },
  async () => {
    const storage = await open();
    const body = { assistant_id: "asking", stream_mode: ["updates" as const, "events" as const] };
    const asked = await executeByMortals(storage, { ...body, input: { log: [] } });
    expect(nodesOf(asked.frames)).toEqual(["before", "__interrupt__"]);
    expect(asked.run.status).toBe("success");
    const { thread_id } = asked.run;
    expect((await storage.threads.get(thread_id)).status).toBe("interrupted");
    const answered = await executeByMortals(storage, { ...body, command: { resume: "yes" } }, thread_id);
    expect(nodesOf(answered.frames)).toEqual(["ask", "after"]);
    const state = await storage.checkpointer.getTuple({ configurable: { thread_id } });
    expect(state?.checkpoint.channel_values["log"]).toEqual(["before", "yes", "after"]);
  },
);

test.each([{ interrupt_before: ["ask"] }, { interrupt_after: ["before"] }])(
  "a run with %j that is killed after each commit does not pass its breakpoint",
  { timeout },
  async (breakpoint) => {
    const storage = await open();
    const body = { assistant_id: "asking", input: { log: [] }, stream_mode: ["updates" as const], ...breakpoint };
    const { run, frames } = await executeByMortals(storage, body);
    expect(run.status).toBe("success");
    expect(nodesOf(frames)).toEqual(["before", "__interrupt__"]);
    expect((await storage.threads.get(run.thread_id)).status).toBe("interrupted");
  },
);
