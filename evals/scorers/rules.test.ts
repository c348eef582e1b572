import { expect, test } from "vitest";
import { z } from "zod";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { answer, exact, jsonSchema, latency, numeric, refusal, route, trajectory } from "./index.ts";
import type { Scorer } from "./scorer.ts";

test.each([
  [exact, { output: { a: [1] } }, { output: { a: [1] } }, 1],
  [exact, { output: { a: [1] } }, { output: { a: [2] } }, 0],
  [exact({ ignoreCase: true }), { output: "Yes" }, { output: " yes\n" }, 1],
  [exact, {}, { output: 1 }, null],
  [answer, { answer: "28  days" }, { text: "You have 28 Days." }, 1],
  [answer, { answer: ["28", "/twenty.eight/i"] }, { text: "28 of them" }, 0.5],
  [answer, { answer: { any: ["yes", "sure"] }, not_answer: "no" }, { text: "Sure." }, 1],
  [answer, { not_answer: "pineapple" }, { text: "A Pineapple!" }, 0],
  [answer, { answer: "x" }, { text: "" }, 0],
  [answer, {}, { text: "x" }, null],
  [jsonSchema, { schema: { type: "object", required: ["a"] } }, { output: '{"a":1}' }, 1],
  [jsonSchema, { schema: { type: "object", required: ["a"] } }, { output: "{}" }, 0],
  [jsonSchema({ schema: z.number() }), {}, { output: 3 }, 1],
  [numeric, { number: 1250.5 }, { text: "It is 1,250.5 in all." }, 1],
  [numeric, { number: -3 }, { text: "down by −3 [7]" }, 1],
  [numeric, { number: 7 }, { text: "as the page says [7]" }, 0],
  [numeric, { number: { value: 10, rel: 0.05 } }, { text: "10.4" }, 1],
  [numeric, { number: { value: 10, abs: 0.3 } }, { text: "10.4" }, 0],
  [numeric, { number: 3 }, { output: 3 }, 1],
  [numeric, { number: 2.3 }, { text: "version v2.3" }, 0],
  [refusal, { refusal: true }, { text: "This is not in the documents." }, 1],
  [refusal, { refusal: true }, { text: "It is blue." }, 0],
  [refusal, { refusal: false }, { text: "I don't know." }, 0],
  [route, { route: ["b", "a"] }, { route: { workers: ["a", "b"] } }, 1],
  [route, { route: "a" }, { route: { workers: ["a", "b"] } }, 0],
  [route, { route: [] }, { route: { workers: [] } }, 1],
  [route, { route: ["search", "write"] }, { nodes: ["plan", "search", "plan", "write"] }, 1],
  [route, { route: ["write", "search"] }, { nodes: ["search", "write"] }, 0],
  [route({ among: ["search", "write"] }), { route: ["search"] }, { nodes: ["search", "write"] }, 0],
  [latency, {}, { latency_ms: 5 }, null],
  [latency({ most: 4 }), {}, { latency_ms: 5 }, 0],
] as [Scorer, object, object, number | null][])("%o of %o in %o scores %o", async (scorer, expected, seen, score) => {
  expect((await scoreText(scorer, expected as never, seen)).score).toBe(score);
});

test("a measure without a limit tells its figure", async () => {
  expect(await scoreText(latency, {}, { latency_ms: 5 })).toEqual({ score: null, value: 5 });
});

const calls = [
  { name: "find", args: { id: 1, verbose: true } },
  { name: "pay", args: { amount: 5 } },
];

test.each([
  [{}, ["find", "pay"], 1],
  [{}, ["pay", "find"], 0],
  [{}, [{ name: "find", args: { id: 1 } }, "pay"], 1],
  [{}, [{ name: "find", args: { id: 2 } }, "pay"], 0],
  [{ args: "exact" as const }, [{ name: "find", args: { id: 1 } }, "pay"], 0],
  [{ mode: "unordered" as const }, ["pay", { name: "find", args: { id: 1 } }], 1],
  [{ mode: "unordered" as const }, ["pay"], 0],
  [{ mode: "unordered" as const }, ["pay", "find", "find"], 0],
  [{ mode: "superset" as const }, [{ name: "pay", args: { amount: 5 } }], 1],
  [{ mode: "superset" as const }, ["pay", "refund"], 0],
  [{ mode: "subset" as const }, ["pay", { name: "find", args: { id: 1 } }, "refund"], 1],
  [{ mode: "subset" as const }, ["pay"], 0],
  [{}, [], 0],
])("a trajectory %o against %o scores %i", async (options, tools, score) => {
  expect(await scoreText(trajectory(options), { tools }, { toolCalls: calls })).toMatchObject({ score });
});

test("no call where none is expected is right, and told otherwise by name", async () => {
  expect(await scoreText(trajectory, { tools: [] })).toMatchObject({ score: 1 });
  const { comment } = await scoreText(trajectory, { tools: [] }, { toolCalls: calls.slice(1) });
  expect(comment).toBe('expected none (strict), called pay({"amount":5})');
});
