import { describe, expect, test } from "vitest";
import { makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import type { EvalRun, SuiteResult } from "../results/eval-run.ts";
import { createRandom } from "../statistics/create-random.ts";
import { toBaseline } from "./baseline-file.ts";
import { gateRun } from "./gate-run.ts";

const whole = { whole: true };
const failures = (now: EvalRun, before?: EvalRun) =>
  gateRun(now, before && toBaseline(before), whole).findings.filter(({ level }) => level === "failure");

describe("of a deterministic suite", () => {
  const before = makeEvalRun({ a: [1], b: [1], c: [0] });

  test("the same run passes, failing cases and all", () => {
    expect(gateRun(before, toBaseline(before), whole)).toEqual({ passed: true, findings: [] });
  });

  test("one case that passed and fails now fails the gate, with the scorer and what it says", () => {
    expect(failures(makeEvalRun({ a: [1], b: [0], c: [0] }), before)).toEqual([
      {
        level: "failure",
        kind: "regression",
        suite: "support",
        id: "b",
        message: 'It passed before and fails now. answer 1 → 0: "28" is missing',
      },
    ]);
  });

  test("a case that passes now, a new one and one that is gone are told and fail nothing", () => {
    const gate = gateRun(makeEvalRun({ a: [1], c: [1], d: [0] }), toBaseline(before), whole);
    expect(gate.passed).toBe(true);
    expect(gate.findings.map(({ kind, id }) => [kind, id])).toEqual([
      ["improvement", "c"],
      ["case_new", "d"],
      ["case_missing", "b"],
    ]);
  });

  test("a suite that did not run at all fails it, unless only a part was to run", () => {
    const now = makeEvalRun({ a: [1] }, { name: "other" });
    expect(failures(now, before)).toMatchObject([{ kind: "case_missing", suite: "support" }]);
    expect(gateRun(now, toBaseline(before), { whole: false }).passed).toBe(true);
  });
});

describe("where tries differ", () => {
  /** 40 cases of five tries, each with a chance of its own, less `drop`. */
  const draw = (random: () => number, drop = 0) => {
    const chance = createRandom(5);
    const cases = Array.from({ length: 40 }, (_, index) => {
      const p = 0.5 + chance() / 2 - drop;
      return [String(index), Array.from({ length: 5 }, (): 0 | 1 => (random() < p ? 1 : 0))] as const;
    });
    return makeEvalRun(Object.fromEntries(cases));
  };

  test("a try that failed by chance fails nothing", () => {
    const before = makeEvalRun({ a: [1, 1, 0, 1, 1], b: [1, 1, 1, 1, 1] });
    expect(failures(makeEvalRun({ a: [1, 0, 0, 1, 1], b: [1, 1, 1, 1, 0] }), before)).toEqual([]);
  });

  test("of 60 pairs of runs between which nothing has changed next to none fails, and most drops of 15 points do", () => {
    const random = createRandom(11);
    let alarms = 0;
    let found = 0;
    for (let round = 0; round < 60; round += 1) {
      const before = draw(random);
      if (failures(draw(random), before).length > 0) alarms += 1;
      if (failures(draw(random, 0.15), before).length > 0) found += 1;
    }
    expect(alarms).toBeLessThanOrEqual(2);
    expect(found).toBeGreaterThan(45);
  });

  test("one case that never fails before and never passes now is found among many", () => {
    const tries = (value: 0 | 1, length = 8) => Array.from({ length }, () => value);
    const others = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`same-${index}`, [1, 0, 1, 1] as const]),
    );
    const before = makeEvalRun({ ...others, broken: [...tries(1), 1] });
    const now = makeEvalRun({ ...others, broken: [...tries(0), 0] });
    for (const run of [before, now]) run.suites[0]!.cases.at(-1)!.trials[0]!.observation.usage.live_calls = 1;
    expect(failures(now, before)).toMatchObject([
      { id: "broken", message: expect.stringMatching(/9 of 9 before and 0 of 9 now.*p = /s) },
    ]);
  });

  test("a single try of a live model that failed fails nothing by itself", () => {
    const live = (score: 0 | 1) => {
      const run = makeEvalRun({ a: [score], b: [1] });
      run.suites[0]!.cases[0]!.trials[0]!.observation.usage.live_calls = 1;
      return run;
    };
    expect(failures(live(0), live(1))).toEqual([]);
  });
});

describe("without a look at the baseline", () => {
  const suite = (more: Partial<SuiteResult>) => makeEvalRun({ a: [1], b: [0] }, more);

  test("a threshold of the pass rate or of a scorer fails the gate", () => {
    expect(failures(suite({ threshold: { pass: 0.5, answer: 0.6 } }))).toMatchObject([
      { kind: "threshold", scorer: "answer", message: 'The mean of "answer" is 0.5, below the threshold of 0.6.' },
    ]);
    expect(failures(suite({ threshold: { route: 0.1 } }))).toMatchObject([{ scorer: "route" }]);
  });

  test("a suite that could not run fails it, as do cases that did not end, and a run that was stopped", () => {
    expect(failures(suite({ error: { message: "No graph.", hint: "Write one." } }))).toMatchObject([
      { kind: "suite_failed", message: "No graph. Write one." },
    ]);
    expect(failures(suite({ planned: 3 }))).toMatchObject([
      { kind: "incomplete", message: "1 of 3 cases did not end." },
    ]);
    expect(failures({ ...suite({}), status: "interrupted" })).toMatchObject([{ kind: "incomplete" }]);
  });

  test("a baseline of other models is told, and only thresholds are held", () => {
    const before = makeEvalRun({ a: [1], b: [1] });
    before.environment.models.smart = "openai:gpt-5.4";
    const gate = gateRun(suite({}), toBaseline(before), whole);
    expect(gate).toMatchObject({
      passed: true,
      findings: [{ level: "notice", message: expect.stringContaining("gpt-5.4") }],
    });
  });
});
