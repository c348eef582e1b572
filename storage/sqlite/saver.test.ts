import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AIMessage, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { emptyCheckpoint, uuid6 } from "@langchain/langgraph-checkpoint";
import { expect, onTestFinished, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { checkpointMetadata } from "../../tests/storage/fixture.ts";
import { createCommit } from "./commits.ts";
import { type Database, openDatabase } from "./connection.ts";
import { SqliteSaver } from "./saver.ts";
import { migrations } from "./schema.ts";

const thread = { configurable: { thread_id: "t" } };

/** Makes savers of one file: each is what another process would have. */
function open(): { database: Database; createSaver: () => SqliteSaver } {
  const database = openDatabase(join(makeTemporaryFolder(), "test.db"), migrations);
  onTestFinished(() => database.close());
  const { commit } = createCommit(database);
  return { database, createSaver: () => new SqliteSaver(database, commit) };
}

async function putList(
  saver: SqliteSaver,
  config: RunnableConfig,
  messages: unknown[],
  version: number,
): Promise<RunnableConfig> {
  const versions = { messages: version };
  const checkpoint = { ...emptyCheckpoint(), id: uuid6(0), channel_values: { messages }, channel_versions: versions };
  return saver.put(config, checkpoint, checkpointMetadata, versions);
}

async function readList(saver: SqliteSaver, config: RunnableConfig): Promise<unknown> {
  return (await saver.getTuple(config))?.checkpoint.channel_values["messages"];
}

const storedBytes = (database: Database) =>
  database.prepare<{ bytes: number }>("SELECT sum(length(value)) bytes FROM channels").get()!.bytes;

test("bytes survive as a channel, in a pending write and inside an object", async () => {
  const saver = open().createSaver();
  const bytes = new Uint8Array([0, 127, 128, 255]);
  const values = { bytes, held: { bytes } };
  const versions = { bytes: 1, held: 1 };
  const checkpoint = { ...emptyCheckpoint(), channel_values: values, channel_versions: versions };
  const config = await saver.put(thread, checkpoint, checkpointMetadata, versions);
  await saver.putWrites(config, [["bytes", bytes]], "task");
  const tuple = await saver.getTuple(config);
  expect(tuple?.checkpoint.channel_values).toEqual(values);
  expect(tuple?.pendingWrites).toEqual([["task", "bytes", bytes]]);
});

test("a long conversation is stored once, not at every step", async () => {
  const { database, createSaver } = open();
  const saver = createSaver();
  let config: RunnableConfig = thread;
  let version: number | undefined;
  let messages: BaseMessage[] = [];
  for (let step = 0; step < 100; step++) {
    messages = [...messages, new HumanMessage({ content: "x".repeat(1_000), id: `${step}` })];
    version = saver.getNextVersion(version);
    config = await putList(saver, config, messages, version);
  }
  expect(storedBytes(database)).toBeLessThan(2.1 * JSON.stringify(messages).length);
  expect(await readList(createSaver(), config)).toEqual(messages);
});

test("another process goes on with a list where it was left", async () => {
  const { database, createSaver } = open();
  const first = await putList(createSaver(), thread, [new HumanMessage({ content: "x".repeat(1_000), id: "1" })], 1.5);
  const before = storedBytes(database);
  const saver = createSaver();
  const read = (await readList(saver, first)) as BaseMessage[];
  await putList(saver, first, [...read, "short"], 2.5);
  // And one that has not read it first.
  await putList(createSaver(), first, [...read, "other"], 2.6);
  expect(storedBytes(database)).toBeLessThan(before + 50);
  expect(await readList(createSaver(), thread)).toEqual([...read, "other"]);
});

test("a message that was changed in place is stored as it is now, and the checkpoint before as it was", async () => {
  const saver = open().createSaver();
  const message = new AIMessage({ content: "before", id: "1" });
  const first = await putList(saver, thread, [message, "x"], 1.5);
  message.content = "after";
  const second = await putList(saver, first, [message, "x"], 2.5);
  expect(await readList(saver, second)).toMatchObject([{ content: "after" }, "x"]);
  expect(await readList(saver, first)).toMatchObject([{ content: "before" }, "x"]);
});

test("a value changed after put was called does not reach the checkpoint", async () => {
  const saver = open().createSaver();
  const list = [{ n: 1 }];
  const put = putList(saver, thread, list, 1.5);
  list[0]!.n = 2;
  list.push({ n: 3 });
  expect(await readList(saver, await put)).toEqual([{ n: 1 }]);
});

test("two branches from one checkpoint keep their own values", async () => {
  const saver = open().createSaver();
  const root = await putList(saver, thread, ["a"], saver.getNextVersion(undefined));
  const left = await putList(saver, root, ["a", "left"], saver.getNextVersion(1));
  const right = await putList(saver, root, ["a", "right"], saver.getNextVersion(1));
  expect(await readList(saver, left)).toEqual(["a", "left"]);
  expect(await readList(saver, right)).toEqual(["a", "right"]);
});

test("a checkpoint and writes that are put again change nothing", async () => {
  const saver = open().createSaver();
  const versions = { messages: 1.5 };
  const values = { messages: ["a"] };
  const checkpoint = { ...emptyCheckpoint(), channel_values: values, channel_versions: versions };
  let config: RunnableConfig = thread;
  for (let time = 0; time < 2; time++) {
    config = await saver.put(thread, checkpoint, checkpointMetadata, versions);
    await saver.putWrites(config, [["n", 1]], "task");
  }
  const tuple = await saver.getTuple(config);
  expect(tuple?.checkpoint).toEqual(checkpoint);
  expect(tuple?.pendingWrites).toEqual([["task", "n", 1]]);
});

test("a list whose base was deleted meanwhile is stored whole", async () => {
  const { createSaver } = open();
  const saver = createSaver();
  const first = await putList(saver, thread, ["a"], 1.5);
  await createSaver().deleteThread("t");
  const second = await putList(saver, first, ["a", "b"], 2.5);
  expect(await readList(createSaver(), second)).toEqual(["a", "b"]);
});

test("deleting a thread removes its text from the files", async () => {
  const { database, createSaver } = open();
  const saver = createSaver();
  const secret = "the-secret-text";
  const config = await putList(saver, thread, [secret], 1.5);
  await saver.putWrites(config, [["n", secret]], "task");
  const isKept = () => [database.path, `${database.path}-wal`].some((file) => readFileSync(file).includes(secret));
  expect(isKept()).toBe(true);
  await saver.deleteThread("t");
  expect(isKept()).toBe(false);
});

test("a graph's history can be read and branched from", async () => {
  const { createSaver } = open();
  const say = (text: string) => () => ({ messages: [new AIMessage({ content: text, id: text })] });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("one", say("one"))
    .addNode("two", say("two"))
    .addEdge(START, "one")
    .addEdge("one", "two")
    .addEdge("two", END)
    .compile({ checkpointer: createSaver() });
  await graph.invoke({ messages: [new HumanMessage({ content: "hi", id: "hi" })] }, thread);

  const texts = (state: { values: unknown }) =>
    ((state.values as { messages?: BaseMessage[] }).messages ?? []).map(({ text }) => text).join(" ");
  const history = await Array.fromAsync(graph.getStateHistory(thread));
  expect(history.map(texts)).toEqual(["hi one two", "hi one", "hi", ""]);
  const branch = await graph.updateState(history[1]!.config, {
    messages: [new HumanMessage({ content: "no", id: "no" })],
  });
  expect(texts(await graph.getState(branch))).toBe("hi one no");
  expect(texts(await graph.getState(history[0]!.config))).toBe("hi one two");
  expect(texts(await graph.getState(history[1]!.config))).toBe("hi one");
});
