import { inspect, isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import type { EvalCase } from "./eval-case.ts";
import { watchExpected } from "./watch-expected.ts";

const caseOf = (place: string, expected: EvalCase["expected"]) => ({ place, expected }) as EvalCase;

test("what no case's scorer reads is told with the places of the cases that expect it", () => {
  const { watch, unread } = watchExpected();
  const first = watch(caseOf("cases.jsonl:1", { answer: "28", refusal: false }));
  watch(caseOf("cases.jsonl:2", { anwser: "28", error: true }));
  watch(caseOf("cases.jsonl:3", { anwser: "29" }));
  expect(first.expected["answer"]).toBe("28");
  expect(unread()).toEqual({ refusal: ["cases.jsonl:1"], anwser: ["cases.jsonl:2", "cases.jsonl:3"] });
});

test.each([
  ["by its name", ({ polite }: EvalCase["expected"]) => polite],
  ["with all the others", (expected: EvalCase["expected"]) => JSON.stringify(expected)],
  ["as a copy", (expected: EvalCase["expected"]) => ({ ...expected })],
  ["as a deep copy", (expected: EvalCase["expected"]) => structuredClone(expected)],
])("a key that a scorer reads %s is read", (_, score) => {
  const { watch, unread } = watchExpected();
  score(watch(caseOf("cases.jsonl:1", { polite: true })).expected);
  expect(unread()).toEqual({});
});

test("what is expected looks as it was written, and no scorer can change it for the next", () => {
  const written = { answer: "28", documents: ["a.md"] };
  const { expected } = watchExpected().watch(caseOf("1", written));
  expect([structuredClone(expected), { ...expected }, JSON.parse(JSON.stringify(expected))]).toEqual(
    Array.from({ length: 3 }, () => written),
  );
  expect(isDeepStrictEqual(expected, written)).toBe(true);
  expect(inspect(expected)).toBe(inspect(written));
  expect(["answer" in expected, Object.hasOwn(expected, "route"), Object.keys(expected)]).toEqual([
    true,
    false,
    ["answer", "documents"],
  ]);
  expect(() => (expected["answer"] = "29")).toThrow(TypeError);
  expect(() => (expected["route"] = "b")).toThrow(TypeError);
});

test("to look at it, as console.log does, is not to read it", () => {
  const { watch, unread } = watchExpected();
  inspect(watch(caseOf("1", { polite: true })).expected);
  expect(unread()).toEqual({ polite: ["1"] });
});

test("what one scorer does to a value, the next one does not see", () => {
  const { expected } = watchExpected().watch(caseOf("cases.jsonl:1", { tools: ["a", { args: [1] }] }));
  (expected["tools"] as unknown[]).pop();
  expect(expected["tools"]).toEqual(["a", { args: [1] }]);
});
