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
  [
    "by whether it is there",
    (expected: EvalCase["expected"]) => "polite" in expected || Object.hasOwn(expected, "polite"),
  ],
  ["with all the others", (expected: EvalCase["expected"]) => JSON.stringify(expected)],
  ["as a copy", (expected: EvalCase["expected"]) => ({ ...expected })],
])("a key that a scorer reads %s is read", (_, score) => {
  const { watch, unread } = watchExpected();
  score(watch(caseOf("cases.jsonl:1", { polite: true })).expected);
  expect(unread()).toEqual({});
});

test("a case that does not have the key of another may be the one that is read", () => {
  const { watch, unread } = watchExpected();
  const [first] = [caseOf("1", {}), caseOf("2", { step: "rule" })].map(watch);
  expect(first!.expected["step"]).toBeUndefined();
  expect(unread()).toEqual({});
});
