import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { StoredSpan } from "../../storage/storage.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { captureThread } from "./capture-thread.ts";
import type { RecordedThread } from "./read-thread.ts";

// In one piece it would stand in the code, and what does is no secret.
const address = ["ann.lee", "shop.com"].join("@");

const asked: StoredSpan = {
  run_id: "r1",
  attempt: 1,
  seq: 1,
  span_id: "s1",
  parent_id: null,
  kind: "model",
  name: "gpt-5.4",
  node: "answer",
  step: 1,
  request: { messages: [{ type: "human", content: "Hi." }] },
  response: {
    message: {
      type: "ai",
      content: "Hello.",
      additional_kwargs: { reasoning_content: `${address} greets.` },
      response_metadata: { finish_reason: "stop", user: address },
    },
  },
  error: null,
  started_at: "2026-11-23T09:00:00.000Z",
  duration_ms: 1,
};

const thread: RecordedThread = {
  thread_id: "0199f3c2-0000-7000-8000-000000000000",
  graph: "desk",
  turns: ["Hi."],
  outcomes: [{ text: "Hello.", interrupts: [] }],
  configurable: {},
  spans: [asked],
  values: {
    messages: [
      { type: "human", content: "Hi.", id: "1" },
      { type: "ai", content: "Hello.", id: "2" },
    ],
  },
  checkpoints: {},
  gaps: [],
};

test("why an answer ended and its reasoning are in the cassette, with nothing private in them", async () => {
  const { cassette, one } = await captureThread(thread, { suite: makeTemporaryFolder() });
  const text = await readFile(cassette, "utf8");
  expect(text).toContain('"reasoning_content": "redacted-1@example.com greets."');
  expect(text).toContain('"finish_reason": "stop"');
  expect(text).not.toContain(address);
  expect(one.expected).toEqual({ answer: "Hello.", tools: [] });
});

test("tools that nodes called side by side are said to have no order, those of a model's message have one", async () => {
  const tool = {
    ...asked,
    kind: "tool",
    name: "note",
    request: { args: {} },
    response: { content: "ok" },
  } as StoredSpan;
  const capture = async (...more: Partial<StoredSpan>[]) => {
    const spans = more.map((one, seq) => ({ ...tool, seq, span_id: `t${seq}`, ...one }) as StoredSpan);
    const { unordered, one } = await captureThread({ ...thread, spans }, { suite: makeTemporaryFolder() });
    return [unordered, one.note!.includes("unordered")];
  };
  expect(await capture({ step: 2 }, { step: 2 })).toEqual([true, true]);
  expect(await capture({ step: 2, call_id: "a" }, { step: 2, call_id: "b" })).toEqual([false, false]);
  expect(await capture({ step: 2 }, { step: 3 })).toEqual([false, false]);
});

test("ids that would be one file have two, and captures at once lose no case", async () => {
  const suite = makeTemporaryFolder();
  const ids = ["clash/1", "clash-1", ...Array.from({ length: 8 }, (_, index) => `case-${index}`)];
  const captures = await Promise.all(ids.map(async (id) => captureThread(thread, { suite, id })));
  expect(new Set(captures.map(({ cassette }) => cassette)).size).toBe(ids.length);
  expect((await captureThread(thread, { suite, id: "case-3" })).replaced).toBe(true);
  const lines = (await readFile(captures[0]!.caseFile, "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id).toSorted()).toEqual(ids.toSorted());
});

test("a thread whose last turn answered nothing becomes a case that expects no answer", async () => {
  const outcomes = [
    { text: "Hello.", interrupts: [] },
    { text: "", interrupts: [] },
  ];
  const { one } = await captureThread(
    { ...thread, turns: ["Hi.", "Hush."], outcomes },
    { suite: makeTemporaryFolder() },
  );
  expect(one.expected).toEqual({ tools: [] });
});
