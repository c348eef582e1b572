import { interrupt, MessagesValue, Send, START, StateGraph, StateSchema } from "@langchain/langgraph";
import type { Interrupt } from "@langchain/langgraph-sdk";
import { expect, test } from "vitest";
import { z } from "zod";
import type { StoredSpan } from "../../storage/storage.ts";
import { ScriptedChatModel } from "../../testing/index.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { send, startTestServer } from "../../tests/fixtures/start-test-server.ts";
import { captureThread } from "./capture-thread.ts";
import { readThread } from "./read-thread.ts";
import { replayCase } from "./replay-case.ts";

const State = new StateSchema({ messages: MessagesValue, topic: z.string().optional() });

/** Echoes by a model; is silent at "hush", fails at "boom", and at "ask" puts two questions at once. */
const echo = new StateGraph(State)
  .addNode("say", async ({ messages }) => {
    const text = messages.at(-1)!.text;
    if (text === "hush") return {};
    if (text === "boom") throw new RangeError("It went off.");
    return { messages: [await new ScriptedChatModel([`You said ${text}.`]).invoke(messages)] };
  })
  .addNode("ask", ({ topic }) => ({ messages: [{ role: "ai", content: `${topic}: ${String(interrupt(topic))}` }] }))
  .addEdge(START, "say")
  .addConditionalEdges(
    "say",
    ({ messages }) =>
      messages.some(({ text }) => text === "ask")
        ? ["tea", "milk"].map((topic) => new Send("ask", { topic }))
        : "__end__",
    ["ask", "__end__"],
  );

async function start() {
  const { client, url } = await startTestServer({ echo }, { trace: true });
  const { thread_id } = await client.threads.create();
  const read = async (change = (spans: StoredSpan[]) => spans) =>
    readThread(client, thread_id, async (after) => {
      const { text } = await send(`${url}/threads/${thread_id}/spans?after=${after}&limit=2`);
      return change(JSON.parse(text) as StoredSpan[]);
    });
  const say = async (content: string, more: object = {}) =>
    client.runs.wait(thread_id, "echo", { input: { messages: [{ role: "user", content }] }, ...more });
  return { client, thread_id, read, say };
}

const askedOf = (spans: StoredSpan[]) =>
  spans.map((span) => (span.kind === "model" ? span.request.messages.at(-1)?.content : span.name));

test("a thread's inputs are turns, its configuration is kept without what the server adds, and pages are joined", async () => {
  const { read, say } = await start();
  const config = { configurable: { tone: "kind" } };
  for (const text of ["one", "two", "three"]) await say(text, { config });
  const thread = await read();
  expect(thread).toMatchObject({
    graph: "echo",
    turns: ["one", "two", "three"],
    configurable: { tone: "kind" },
    gaps: [],
  });
  expect(Object.keys(thread.configurable)).toEqual(["tone"]);
  expect(thread.outcomes.map(({ text }) => text)).toEqual(["You said one.", "You said two.", "You said three."]);
  expect(askedOf(thread.spans)).toEqual(["one", "two", "three"]);
});

test("a turn that answered nothing came to no text, whatever was answered before it, and does so again", async () => {
  const { read, say } = await start();
  for (const text of ["one", "hush"]) await say(text);
  const thread = await read();
  expect(thread.outcomes.map(({ text }) => text)).toEqual(["You said one.", ""]);
  const { one, cassette } = await captureThread(thread, { suite: makeTemporaryFolder() });
  const again = await replayCase({ ...one, cassette } as Parameters<typeof replayCase>[0], { graph: echo as never });
  expect(again).toMatchObject({ turns: [[], []] });
  expect(again.stopped).toBeUndefined();
});

test("of a thread that was forked the branch of its latest state is read", async () => {
  const { client, thread_id, read, say } = await start();
  await say("one");
  const { checkpoint } = await client.threads.getState(thread_id);
  await say("two");
  await say("other", { checkpointId: checkpoint.checkpoint_id });
  const thread = await read();
  expect(thread.turns).toEqual(["one", "other"]);
  expect(askedOf(thread.spans)).toEqual(["one", "other"]);
});

test("answers to several interrupts at once are a list, whatever ids those had", async () => {
  const { client, thread_id, read, say } = await start();
  await say("ask");
  const { interrupts } = await client.threads.get(thread_id);
  const waiting = Object.values(interrupts).flat() as Interrupt<string>[];
  const resume = Object.fromEntries(waiting.map(({ id, value }) => [id, `yes, ${value}`]).toReversed());
  await client.runs.wait(thread_id, "echo", { command: { resume } });
  const { turns, outcomes } = await read();
  expect(turns).toEqual(["ask", { resume: ["yes, tea", "yes, milk"] }]);
  expect(outcomes.map((outcome) => outcome.interrupts)).toEqual([["tea", "milk"], []]);
});

test("a thread is read up to its first failure, and what turns cannot hold is named", async () => {
  const { client, thread_id, read, say } = await start();
  await say("one");
  await client.threads.updateState(thread_id, { values: { topic: "tides" } });
  await say("boom").catch(() => {});
  await say("after");
  const thread = await read();
  expect(thread.turns).toEqual(["one", "boom"]);
  expect(thread.error).toBe("It went off.");
  expect(thread.gaps).toEqual(["The state was changed by hand.", "What came after an error is left out."]);
});

test("a configuration that changed between the runs is named, since a case has one", async () => {
  const { read, say } = await start();
  for (const tone of ["kind", "kind", "curt"]) await say(tone, { config: { configurable: { tone } } });
  const { configurable, gaps } = await read();
  expect([configurable, gaps]).toEqual([
    { tone: "curt" },
    ["The configuration changed between the runs: here is the last one."],
  ]);
});

test("what a crash had asked in vain is left out, one for one", async () => {
  const { read, say } = await start();
  await say("one");
  const attempts = (spans: StoredSpan[]) => [
    ...spans,
    ...spans.map((span) => ({ ...span, attempt: 2, span_id: "again" })),
  ];
  const { spans } = await read(attempts);
  expect(spans.map(({ attempt }) => attempt)).toEqual([2]);
});

test("a command that moves the graph is no case, and a thread without calls has no trace", async () => {
  const { client, thread_id, read, say } = await start();
  await expect(read()).rejects.toMatchObject({ code: "trace_missing" });
  await say("one");
  await client.runs.wait(thread_id, "echo", { command: { goto: "say" } });
  await expect(read()).rejects.toMatchObject({ code: "case_invalid" });
});
