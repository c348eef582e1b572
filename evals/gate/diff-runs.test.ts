import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import { shorten, toBaseline } from "./baseline-file.ts";
import { diffRuns } from "./diff-runs.ts";
import { showDiff } from "./show-diff.ts";

type Cases = Parameters<typeof makeEvalRun>[0];
const diff = (before: Cases, after: Cases) => diffRuns(makeEvalRun(before), makeEvalRun(after));

test("cases that differ come with what differs, worse ones first", () => {
  const { suites, cases } = diff({ a: [1], b: [0], c: [1], same: [1] }, { a: [0], b: [1], d: [1], same: [1] });
  expect(cases.map(({ id, changed }) => [id, changed])).toEqual([
    ["a", ["pass_rate", "text", "score answer"]],
    ["c", ["gone"]],
    ["d", ["new"]],
    ["b", ["pass_rate", "text", "score answer"]],
  ]);
  expect(suites).toMatchObject([
    { name: "support", cases: 3, worse: 1, better: 1, before: { pass: { mean: 2 / 3 }, latency_ms: { p50: 12 } } },
  ]);
});

test("a suite has a two-sided p where its trials may differ, else none", () => {
  expect(diff({ a: [1, 1, 0], b: [1, 1, 0] }, { a: [1, 0, 0], b: [1, 0, 0] }).suites[0]?.p).toBe(0.5);
  expect(diff({ a: [1] }, { a: [0] }).suites[0]).not.toHaveProperty("p");
});

test("an answer that the baseline holds in short is the same, and what it does not hold is left out", () => {
  const run = makeEvalRun({ a: [1] });
  run.suites[0]!.cases[0]!.trials[0]!.observation.text = "long ".repeat(1_000);
  const baseline = toBaseline(run);
  baseline.cases[0]!.text = shorten(baseline.cases[0]!.text);
  const { suites, cases } = diffRuns(baseline, run);
  expect(cases).toEqual([]);
  expect(suites[0]!.before).not.toHaveProperty("total_tokens");
  expect(showDiff({ suites, cases })).toMatch(/100 %.*→ 100 %.*12 ms/);
});

test("the terminal shows a table of suites, and the words, nodes and scores that went and came", () => {
  const [before, after] = [makeEvalRun({ a: [1] }), makeEvalRun({ a: [0] })];
  before.suites[0]!.cases[0]!.trials[0]!.observation.nodes = ["guard", "researcher", "respond"];
  after.suites[0]!.cases[0]!.trials[0]!.observation.nodes = ["guard", "respond"];
  before.suites[0]!.cases[0]!.trials[0]!.observation.route = { step: "rule", workers: ["researcher"] };
  after.suites[0]!.cases[0]!.trials[0]!.observation.route = { step: "model", confidence: 0.5, workers: ["researcher"] };
  const lines = stripVTControlCharacters(showDiff(diffRuns(before, after))).split("\n");
  expect(lines[0]).toMatch(/^ +cases +worse +better +pass rate +p +p50 +tokens +cost$/);
  expect(lines[1]).toMatch(/^support +1 +1 +0 +100 % +→ 0 % +12 ms → 12 ms$/);
  expect(lines.slice(3)).toEqual([
    "support > a",
    "  pass_rate  1 → 0",
    "  text       [-28 days-]{+no idea+}",
    "  nodes      guard [-researcher-] respond",
    "  route      step [-rule-]{+model+}, confidence nothing → 0.5",
    "  score answer 1 → 0",
  ]);
  expect(showDiff(diff({ a: [1] }, { a: [1] }))).toContain("No case differs.");
  const other = stripVTControlCharacters(showDiff(diff({ a: [1], b: [1] }, { c: [1], d: [1] }))).split("\n");
  expect(other.slice(1)).toEqual(["support  none in both", "", "support, gone: a, b", "support, new: c, d"]);
});
