import { expect, test } from "vitest";
import type { CallSpan } from "../../storage/storage.ts";
import { compareModels, describeUnmade } from "./compare-replay.ts";

/** A model's call of a node's step, and its answer; `parent` is the call that it was made within. */
function ask(node: string, step: number, asked: string, answer: string, more: Partial<CallSpan> = {}): CallSpan {
  return {
    span_id: `${node} ${step} ${asked}`,
    parent_id: null,
    kind: "model",
    name: "gpt",
    node,
    step,
    request: { messages: [{ type: "human", content: asked }] },
    response: { message: { type: "ai", content: answer } },
    error: null,
    started_at: "2026-11-23T02:40:11.123Z",
    duration_ms: 1,
    ...more,
  } as CallSpan;
}

test("parallel branches of one node that end in another order are the same", () => {
  const models = compareModels([ask("work", 2, "alpha", "A"), ask("work", 2, "beta", "B")]);
  expect(models.compareTurn([ask("work", 2, "beta", "B"), ask("work", 2, "alpha", "A")])).toEqual([]);
  expect(models.left()).toEqual([]);
});

test("a call is known in another step by what it asks, and else as the next of its node", () => {
  const models = compareModels([
    ask("plan", 1, "goal", "P"),
    ask("work", 2, "alpha", "A"),
    ask("work", 3, "beta", "B"),
  ]);
  const replayed = [
    ask("plan", 1, "goal!", "P2"),
    ask("check", 2, "fine?", "yes"),
    ask("work", 3, "alpha", "A"),
    ask("work", 4, "gamma", "C"),
  ];
  expect(models.compareTurn(replayed)).toEqual([
    { what: "step 1, plan, gpt", lines: ["- P", "+ P2"] },
    { what: "step 2, check, gpt, which was not asked then", lines: ["+ yes"] },
    { what: "step 4, work, gpt", lines: ["- B", "+ C"] },
  ]);
  expect(models.left()).toEqual([]);
});

test("what was asked is asked once, in this turn or a later one, and what is left was not asked again", () => {
  const models = compareModels([
    ask("work", 1, "same", "A"),
    ask("work", 4, "same", "B"),
    ask("note", 5, "short", "N"),
  ]);
  expect(models.compareTurn([ask("work", 1, "same", "A")])).toEqual([]);
  expect(models.compareTurn([ask("work", 4, "same", "B")])).toEqual([]);
  const tool = { kind: "tool", name: "refund", request: { args: { order: 7 } }, response: { content: "ok" } } as const;
  expect(describeUnmade([...models.left(), ask("tools", 6, "", "", tool as never)])).toEqual([
    { what: "step 5, note, gpt, which is not asked any more", lines: ["- N"] },
    { what: "step 6, tools, refund, which is not asked any more", lines: ['- refund({"order":7})'] },
  ]);
});

test("what a tool asked within itself is not missed", () => {
  const outer = ask("tools", 1, "", "", { kind: "tool" } as never);
  expect(compareModels([outer, ask("tools", 1, "inner", "I", { parent_id: outer.span_id })]).left()).toEqual([]);
});
