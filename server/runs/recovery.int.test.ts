import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "@langchain/langgraph-sdk";
import { expect, onTestFinished, test } from "vitest";
import { collect } from "../../testing/index.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";

const script = fileURLToPath(new URL("../../tests/fixtures/diary-server.ts", import.meta.url));

async function start(folder: string, STUCK: string): Promise<{ child: ChildProcess; client: Client }> {
  const env = { ...process.env, DATA: join(folder, "data"), DIARY: join(folder, "diary"), STUCK };
  const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, client: new Client({ apiUrl: url, apiKey: null, callerOptions: { maxRetries: 0 } }) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

function openDiary(folder: string): () => string[] {
  const path = join(folder, "diary");
  writeFileSync(path, "");
  return () => readFileSync(path, "utf8").trimEnd().split("\n");
}

test.each([
  ["SIGKILL", { input: {} }],
  ["SIGTERM", { input: {} }],
  ["SIGKILL", { command: { update: { log: ["by hand"] }, goto: "one" } }],
] as const)("after %s in the middle a run started with %j goes on where it was", async (signal, start_with) => {
  const folder = makeTemporaryFolder();
  const diary = openDiary(folder);
  const first = await start(folder, "yes");
  const { thread_id } = await first.client.threads.create();
  const { run_id } = await first.client.runs.create(thread_id, "diary", { ...start_with, streamMode: ["updates"] });
  await expect.poll(diary).toEqual(["one", "two"]);
  await end(first.child, signal);

  const second = await start(folder, "");
  const events = await collect<{ id?: string; event: string; data: unknown }>(
    second.client.runs.joinStream(thread_id, run_id),
  );
  // What was committed has not run again; what was cut off has.
  expect(diary()).toEqual(["one", "two", "two", "three"]);
  expect(await second.client.runs.get(thread_id, run_id)).toMatchObject({ status: "success" });
  const byHand = "command" in start_with ? ["by hand"] : [];
  expect(await second.client.threads.get(thread_id)).toMatchObject({
    status: "idle",
    values: { log: [...byHand, "one", "two", "three"] },
  });
  // One sequence over both attempts, the second announced.
  expect(events.map(({ id }) => id)).toEqual(events.map((_, number) => String(number)));
  const attempts = events.filter(({ event }) => event === "metadata").map(({ data }) => data);
  expect(attempts).toEqual([
    { run_id, attempt: 1 },
    { run_id, attempt: 2 },
  ]);
});

test("runs that wait behind one that was killed are executed after it, in order", async () => {
  const folder = makeTemporaryFolder();
  const diary = openDiary(folder);
  const first = await start(folder, "yes");
  const { thread_id } = await first.client.threads.create();
  await first.client.runs.create(thread_id, "diary", { input: {} });
  const behind = await first.client.runs.create(thread_id, "diary", { input: {}, multitaskStrategy: "enqueue" });
  await expect.poll(diary).toEqual(["one", "two"]);
  await end(first.child, "SIGKILL");

  const second = await start(folder, "");
  await collect(second.client.runs.joinStream(thread_id, behind.run_id));
  expect(diary()).toEqual(["one", "two", "two", "three", "one", "two", "three"]);
});

test("a node that ignores its signal does not hold up SIGTERM, and its run goes on at the next start", async () => {
  const folder = makeTemporaryFolder();
  const diary = openDiary(folder);
  const first = await start(folder, "deaf");
  const { thread_id } = await first.client.threads.create();
  const { run_id } = await first.client.runs.create(thread_id, "diary", { input: {} });
  const behind = await first.client.runs.create(thread_id, "diary", { input: {}, multitaskStrategy: "enqueue" });
  await expect.poll(diary).toEqual(["one", "two"]);
  await end(first.child, "SIGTERM");
  expect(first.child.exitCode).toBe(0);

  const second = await start(folder, "");
  await collect(second.client.runs.joinStream(thread_id, behind.run_id));
  expect(diary()).toEqual(["one", "two", "two", "three", "one", "two", "three"]);
  expect(await second.client.runs.get(thread_id, run_id)).toMatchObject({ status: "success" });
});

test("while the old server drains the new one takes up its runs, and who reads there gets every event", async () => {
  const folder = makeTemporaryFolder();
  const diary = openDiary(folder);
  const first = await start(folder, "yes");
  const { thread_id } = await first.client.threads.create();
  const { run_id } = await first.client.runs.create(thread_id, "diary", { input: {}, streamMode: ["updates"] });
  await expect.poll(diary).toEqual(["one", "two"]);
  const second = await start(folder, "");
  const read = collect<{ event: string; data: object }>(second.client.runs.joinStream(thread_id, run_id));
  await end(first.child, "SIGTERM");
  const events = await read;
  const updates = events.filter(({ event }) => event === "updates").flatMap(({ data }) => Object.keys(data));
  expect(updates).toEqual(["one", "two", "three"]);
  expect(diary()).toEqual(["one", "two", "two", "three"]);
});
