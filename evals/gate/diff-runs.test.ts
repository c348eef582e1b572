import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import { toBaseline } from "./baseline-file.ts";
import { diffRuns } from "./diff-runs.ts";
import { showDiff } from "./show-diff.ts";

const diff = (...runs: [Parameters<typeof makeEvalRun>[0], Parameters<typeof makeEvalRun>[0]]) => {
  const [before, after] = runs.map((cases) => toBaseline(makeEvalRun(cases)));
  return diffRuns(before!, after!);
};

test("cases that differ come with what differs, worse ones first", () => {
  const { suites, cases } = diff({ a: [1], b: [0], c: [1], same: [1] }, { a: [0], b: [1], d: [1], same: [1] });
  expect(cases.map(({ id, changed }) => [id, changed])).toEqual([
    ["a", ["pass_rate", "text", "score answer"]],
    ["c", ["gone"]],
    ["d", ["new"]],
    ["b", ["pass_rate", "text", "score answer"]],
  ]);
  expect(suites).toEqual([{ name: "support", cases: 3, before: 2 / 3, after: 2 / 3, better: 1, worse: 1 }]);
});

test("where tries differ a suite has its p, else none", () => {
  expect(diff({ a: [1, 0] }, { a: [0, 0] }).suites[0]?.p).toBe(0.5);
  expect(diff({ a: [1] }, { a: [0] }).suites[0]).not.toHaveProperty("p");
});

test("the terminal shows an answer's words that went and came", () => {
  const text = stripVTControlCharacters(showDiff(diff({ a: [1] }, { a: [0] })));
  expect(text).toContain("support  100.0 % → 0.0 % of 1 cases in both, 1 worse, 0 better");
  expect(text).toContain("text       [-28 days-]{+no idea+}");
  expect(text).toContain("score answer 1 → 0");
  expect(showDiff(diff({ a: [1] }, { a: [1] }))).toContain("No case differs.");
});
