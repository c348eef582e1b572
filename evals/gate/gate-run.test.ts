import { describe, expect, test } from "vitest";
import { drawEvalRun, makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import type { EvalRun, SuiteResult } from "../results/eval-run.ts";
import { createRandom } from "../statistics/create-random.ts";
import { toBaseline } from "./baseline-file.ts";
import { gateRun } from "./gate-run.ts";

const failures = (now: EvalRun, before?: EvalRun) =>
  gateRun(now, before && toBaseline(before), "all").findings.filter(({ level }) => level === "failure");

/** What was asked of a model elsewhere, so that a trial more may differ. */
function live(run: EvalRun): EvalRun {
  for (const one of run.suites[0]!.cases) {
    one.deterministic = false;
    for (const { observation } of one.trials) observation.usage.live_calls = 1;
  }
  return run;
}

const times = (count: number, value: 0 | 1): (0 | 1)[] => Array.from({ length: count }, () => value);
const named = (count: number, trials: (0 | 1)[]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`other-${index}`, trials]));

describe("of a deterministic suite", () => {
  const before = makeEvalRun({ a: [1], b: [1], c: [0] });

  test("the same run passes, failing cases and all", () => {
    expect(gateRun(before, toBaseline(before), "all")).toEqual({ passed: true, held: true, findings: [] });
  });

  test("one case that passed and fails now fails the gate, with the scorer, what it fell from and what it says", () => {
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
    const gate = gateRun(makeEvalRun({ a: [1], c: [1], d: [1], e: [0] }), toBaseline(before), "all");
    expect(gate.passed).toBe(true);
    expect(gate.findings.map(({ kind, id, message }) => [kind, id, message])).toEqual([
      ["improvement", "c", "It failed before and passes now."],
      ["case_new", undefined, "New cases, 1 of 2 failing: e, d."],
      ["case_missing", undefined, "Cases of the baseline that are no more: b."],
    ]);
  });

  test("a scorer that judges nothing any more is told, since cases may pass for want of it", () => {
    const now = makeEvalRun({ a: [1], b: [1], c: [1] });
    for (const { trials } of now.suites[0]!.cases.slice(0, 2))
      trials[0]!.scores = { answer: { score: null, passed: null } };
    expect(gateRun(now, toBaseline(before), "all").findings).toContainEqual({
      level: "notice",
      kind: "scorer_missing",
      suite: "support",
      message: 'Scorers that have nothing to say any more: "answer" of a, b.',
    });
  });

  test("a case that could not differ and passed must pass in every trial, should it differ now", () => {
    const known = makeEvalRun({ a: [1] });
    known.suites[0]!.cases[0]!.deterministic = true;
    expect(failures(live(makeEvalRun({ a: [1, 1, 1, 1, 0] })), known)).toMatchObject([
      { id: "a", message: expect.stringContaining("1 of 1 trials before and 4 of 5 now") },
    ]);
  });

  test("a run with models elsewhere takes no trial for sure, but those that cannot differ", () => {
    const [was, is] = ([1, 0] as const).map((score) => {
      const run = makeEvalRun({ a: [score], b: [score] });
      run.environment.live = true;
      run.suites[0]!.cases[0]!.deterministic = false;
      return run;
    });
    expect(failures(is!, was)).toMatchObject([{ id: "b" }]);
  });

  test("what was said to vary, a judge or a coin, is never sure, however its trials agree", () => {
    const coin = (first: 0 | 1) => {
      const run = makeEvalRun({ a: [first] });
      run.suites[0]!.cases[0]!.deterministic = false;
      return run;
    };
    expect(failures(coin(0), coin(1))).toEqual([]);
  });

  test("a single trial proves nothing beside trials that disagree though no model elsewhere was asked", () => {
    const coin = (first: 0 | 1) => makeEvalRun({ a: [first], b: [0, 1] });
    expect(failures(coin(0), coin(1))).toEqual([]);
    expect(failures(makeEvalRun({ a: [0], b: [0, 0] }), makeEvalRun({ a: [1], b: [0, 0] }))).toMatchObject([
      { id: "a" },
    ]);
  });

  test("a case that is tried again is told by what came of it, and the tries count in no figure", () => {
    const passed = makeEvalRun({ a: [1], b: [1], c: [1] });
    const fail = (retries: (0 | 1)[], more: (0 | 1)[]) => {
      const run = makeEvalRun({ a: [0], b: more, c: [1] });
      const [one] = run.suites[0]!.cases;
      one!.retries = makeEvalRun({ a: retries }).suites[0]!.cases[0]!.trials;
      one!.deterministic = !retries.includes(1);
      return run;
    };
    expect(failures(fail([0, 0, 0, 0], [1]), passed)).toMatchObject([
      { id: "a", message: expect.stringContaining("It passed before and fails now, in each of 5 tries. answer 1 → 0") },
    ]);
    const told = (run: EvalRun) => gateRun(run, toBaseline(passed), "all");
    expect(told(fail([0, 1], [1]))).toMatchObject({
      passed: true,
      findings: [
        {
          kind: "uncertain",
          id: "a",
          message: expect.stringContaining("so it has a chance of its own"),
        },
      ],
    });
    expect(told(fail([0, 0, 0, 0], [0, 1]))).toMatchObject({
      passed: true,
      findings: [
        { kind: "uncertain", id: "a", message: expect.stringContaining("it failed 4 times more, but other trials") },
      ],
    });
    const flaky = fail([0, 1], [1]);
    flaky.environment.live = true;
    expect(failures(flaky, passed)).toEqual([]);
    expect(toBaseline(flaky).cases[0]).toMatchObject({ trials: 1, pass_rate: 0, varies: true, deterministic: false });
  });

  test("a case that is only too slow is told, and fails nothing", () => {
    const scorers = [
      { name: "answer", kind: "rule", passMark: 1 } as const,
      { name: "latency", kind: "measure", unit: "ms", passMark: 1 } as const,
    ];
    const slow = makeEvalRun({ a: [0] }, { scorers });
    const comment = "812 ms, where 500 is the most";
    slow.suites[0]!.cases[0]!.trials[0]!.scores = {
      answer: { score: 1, passed: true },
      latency: { score: 0, passed: false, value: 812, comment },
    };
    const { passed, findings } = gateRun(slow, toBaseline(makeEvalRun({ a: [1] }, { scorers })), "all");
    expect({ passed, findings }).toMatchObject({
      passed: true,
      findings: [{ kind: "uncertain", message: expect.stringContaining(comment) }],
    });
    slow.suites[0]!.cases[0]!.trials[0]!.scores["answer"] = { score: 0, passed: false };
    expect(failures(slow, makeEvalRun({ a: [1] }, { scorers }))).toHaveLength(1);
  });
});

describe("of scores that decide no case", () => {
  /** Cases that pass, each with its score of `ndcg`, and `varied` scores of a second trial. */
  const scored = (scores: Record<string, number>, varied: Record<string, number> = {}) => {
    const cases = Object.fromEntries(Object.keys(scores).map((id) => [id, times(id in varied ? 2 : 1, 1)]));
    const run = makeEvalRun(cases, { scorers: [{ name: "ndcg", kind: "rule", passMark: 0 }] });
    for (const { id, trials } of run.suites[0]!.cases)
      for (const [index, trial] of trials.entries())
        trial.scores = { ndcg: { score: [scores[id]!, varied[id]!][index]!, passed: true } };
    return run;
  };
  const findings = (now: EvalRun, before: EvalRun) => gateRun(now, toBaseline(before), "all").findings;

  test("a mean that fell without chance is told with the cases that fell, and fails nothing", () => {
    const before = scored({ a: 1, b: 0.9, c: 0.5 });
    expect(findings(scored({ a: 0.95, b: 0.5, c: 0.6 }), before)).toEqual([
      {
        level: "notice",
        kind: "score_fell",
        suite: "support",
        scorer: "ndcg",
        message:
          'The mean of "ndcg" fell from 0.8 to 0.683 over 3 cases that do not fail by it: b 0.9 → 0.5, a 1 → 0.95.',
      },
    ]);
    expect(findings(scored({ a: 0.9, b: 0.9, c: 0.7 }), before)).toEqual([]);
  });

  test("where trials differ only more than chance is told", () => {
    const ids = Array.from({ length: 12 }, (_, index) => `case-${index}`);
    const of = (score: (index: number) => number) =>
      scored(
        Object.fromEntries(ids.map((id, index) => [id, score(index)])),
        Object.fromEntries(ids.map((id, index) => [id, score(index) - 0.1])),
      );
    const before = of(() => 0.8);
    expect(
      findings(
        of((index) => (index % 2 ? 0.85 : 0.7)),
        before,
      ),
    ).toEqual([]);
    expect(
      findings(
        of(() => 0.7),
        before,
      ),
    ).toMatchObject([{ kind: "score_fell", message: expect.stringMatching(/from 0.75 to 0.65.*p = 0.00024/) }]);
  });

  test("a fall that fails its case is told by the case alone, and a time is no score", () => {
    const before = makeEvalRun({ a: [1], b: [1] });
    expect(findings(makeEvalRun({ a: [1], b: [0] }), before)).toMatchObject([{ kind: "regression", id: "b" }]);
    const timed = (score: number) => {
      const run = scored({ a: score });
      run.suites[0]!.scorers[0] = { name: "ndcg", kind: "measure", unit: "ms", passMark: 0 };
      return run;
    };
    expect(findings(timed(0), timed(1))).toEqual([]);
  });
});

describe("where trials may differ", () => {
  test("a trial that failed by chance fails nothing", () => {
    const before = makeEvalRun({ a: [1, 1, 0, 1, 1], b: [1, 1, 1, 1, 1] });
    expect(failures(makeEvalRun({ a: [1, 0, 0, 1, 1], b: [1, 1, 1, 1, 0] }), before)).toEqual([]);
  });

  test("at most one of 100 runs in which nothing has changed fails, against baselines of 50 cases of five trials", () => {
    const random = createRandom(11);
    const chances = Array.from({ length: 50 }, () => random());
    let alarms = 0;
    for (let round = 0; round < 100; round += 1) {
      const before = toBaseline(live(drawEvalRun(random, chances)));
      for (let run = 0; run < 10; run += 1) {
        if (!gateRun(live(drawEvalRun(random, chances)), before, "all").passed) alarms += 1;
      }
    }
    expect(alarms).toBeLessThanOrEqual(10);
  }, 20_000);

  test("most runs that lost 15 points fail, and say how many trials passed", () => {
    const random = createRandom(12);
    const chances = Array.from({ length: 50 }, () => random());
    const found = Array.from({ length: 50 }, () => {
      const before = live(drawEvalRun(random, chances));
      const lost = chances.map((chance) => chance - 0.15);
      return failures(live(drawEvalRun(random, lost)), before).filter(({ id }) => id === undefined);
    }).filter(({ length }) => length > 0);
    expect(found.length).toBeGreaterThan(40);
    expect(found[0]![0]!.message).toMatch(
      /^Of 50 cases whose trials may differ, \d+ of 250 trials passed before and \d+ of 250 now \(p = /,
    );
  });

  test.each([1, 2, 3, 5, 20])("%i cases that broke are found by name among many that stay", (broken) => {
    const run = (value: 0 | 1) =>
      live(
        makeEvalRun({
          ...named(45, times(5, 1)),
          ...Object.fromEntries(times(broken, 1).map((_, index) => [`broken-${index}`, times(5, value)])),
        }),
      );
    const found = failures(run(0), run(1));
    expect(found.filter(({ id }) => id?.startsWith("broken-"))).toHaveLength(broken);
    expect(found.at(-1)!.message).toContain("5 of 5 trials before and 0 of 5 now (p = 0.0040)");
    expect(found.filter(({ id }) => !id)).toHaveLength(broken < 5 ? 0 : 1);
  });

  test("trials that share their luck within a run fail a suite no more often than its cases do", () => {
    const random = createRandom(5);
    const draw = () => live(drawEvalRun(random, Array.from<number>({ length: 40 }).fill(0.5), 5, true));
    const failed = times(200, 1).filter(() => failures(draw(), draw()).some(({ id }) => !id));
    expect(failed.length).toBeLessThan(200 * 0.08);
  });

  test("one case that fell far among many that vary is told as what may be chance", () => {
    const run = (fell: 0 | 1, passed: number) => {
      const others = [passed, 5 - passed].map((count) => [...times(count, 1), ...times(5 - count, 0)]);
      const vary = Array.from({ length: 20 }, (_, index) => [`other-${index}`, others[index % 2]!] as const);
      return live(makeEvalRun({ ...Object.fromEntries(vary), fell: times(5, fell) }));
    };
    expect(gateRun(run(0, 2), toBaseline(run(1, 3)), "all")).toMatchObject({
      passed: true,
      findings: [{ level: "notice", kind: "uncertain", id: "fell", message: expect.stringContaining("--repeat") }],
    });
  });

  test("a single trial of a live model that failed fails nothing by itself", () => {
    expect(failures(live(makeEvalRun({ a: [0], b: [1] })), live(makeEvalRun({ a: [1], b: [1] })))).toEqual([]);
  });
});

describe("of a suite alone", () => {
  const suite = (more: Partial<SuiteResult>) => makeEvalRun({ a: [1], b: [0] }, more);

  test("a threshold of the pass rate or of a scorer fails the gate, once all cases were to run", () => {
    const low = suite({ threshold: { pass: 0.5, answer: 0.6 } });
    expect(failures(low)).toMatchObject([
      { kind: "threshold", scorer: "answer", message: 'The mean of "answer" is 0.5, below the threshold of 0.6.' },
    ]);
    expect(failures(suite({ threshold: { route: 0.1 } }))).toMatchObject([{ scorer: "route" }]);
    expect(gateRun(low, undefined, "suites").passed).toBe(false);
    expect(gateRun(low, undefined, "cases").passed).toBe(true);
  });

  test("what no scorer reads of a case is told with its place, and fails nothing", () => {
    const unread = { anwser: ["cases.jsonl:12", "cases.jsonl:40"] };
    expect(gateRun(suite({ unread }), undefined, "cases")).toMatchObject({
      passed: true,
      findings: [
        {
          kind: "expectation_unread",
          message:
            'No scorer reads "expected.anwser" of 2 cases, the first at cases.jsonl:12: correct its name, or add the scorer that does.',
        },
        { kind: "baseline" },
      ],
    });
  });

  test("cases that no scorer judges are told, but for those that are to end in an error", () => {
    const run = makeEvalRun({ a: [1], b: [1], c: [0], d: [1] });
    for (const { id, trials, expected } of run.suites[0]!.cases) {
      trials[0]!.scores = { answer: { score: null, passed: null }, latency: { score: null, value: 3, passed: null } };
      if (id === "d") expected.error = "too_far";
    }
    expect(gateRun(run, undefined, "all").findings).toContainEqual({
      level: "notice",
      kind: "unjudged",
      suite: "support",
      message: "No scorer judges the answer of 2 cases, the first at a: whatever it is, it passes.",
    });
    run.suites[0]!.scorers = ["answer", "latency", "leak"].map((name) => ({ name, kind: "rule", passMark: 1 }));
    run.suites[0]!.cases[2]!.trials[0]!.scores = { answer: { score: null, passed: false, error: "Error: no" } };
    const silent = (scope: "all" | "cases") =>
      gateRun(run, undefined, scope).findings.filter(({ kind }) => kind === "scorer_silent");
    expect(silent("all")).toMatchObject([
      { message: expect.stringContaining('The scorer "leak" says nothing of any case') },
    ]);
    expect(silent("cases")).toEqual([]);
  });

  test("a tool that is to be approved and that no case calls is told, and fails nothing", () => {
    const run = makeEvalRun({ a: [1], b: [1] });
    const [one, other] = run.suites[0]!.cases;
    one!.expected.approval = ["pay", "order_itm"];
    other!.trials[0]!.observation.toolCalls = [{ name: "pay", args: {} }];
    expect(gateRun(run, undefined, "all")).toMatchObject({
      passed: true,
      findings: [
        { kind: "approval_unmet", message: expect.stringContaining('No case calls the tool "order_itm"') },
        {},
      ],
    });
  });

  test("a fault that met no call is told with its place, and fails nothing", () => {
    const unmet = { 'call 2 of the tool "nope"': ["cases.jsonl:12"] };
    expect(gateRun(suite({ unmet }), undefined, "all")).toMatchObject({
      passed: true,
      findings: [
        {
          kind: "fault_unmet",
          message:
            'The fault for call 2 of the tool "nope" met none at cases.jsonl:12: correct its kind, name or number, or take it out.',
        },
        { kind: "baseline" },
      ],
    });
  });

  test("a recorded call that was not made is told with its place, and fails nothing", () => {
    const run = suite({});
    const [one, other] = run.suites[0]!.cases;
    for (const { trials } of [one!, other!])
      trials[0]!.observation.unmade = ['the tool "look_up"', 'the tool "look_up"'];
    expect(gateRun(run, undefined, "all")).toMatchObject({
      passed: true,
      findings: [
        {
          kind: "recording_unused",
          message: expect.stringMatching(
            /^A recorded call of the tool "look_up" was not made of 2 cases, the first at /,
          ),
        },
        { kind: "baseline" },
      ],
    });
  });

  test("without a baseline it is said whether there is a threshold, and how one comes to a baseline", () => {
    const [none, some] = [suite({}), suite({ threshold: { pass: 0.1 } })];
    const told = (run: EvalRun, accepting?: boolean) => gateRun(run, undefined, "all", accepting).findings[0]!.message;
    expect(told(some)).toBe("There is no baseline: only thresholds are held. Accept this run with --update-baseline.");
    expect(told(none)).toMatch(/^There is no baseline and no threshold: .* was not judged\. Accept/);
    expect(told(none, true)).toMatch(/This run becomes the baseline\.$/);
    expect(gateRun(some, undefined, "cases").held).toBe(false);
  });

  test("one that could not run fails it, as do cases that did not end, and a run of nothing", () => {
    expect(failures(suite({ error: { message: "No graph.", hint: "Write one." } }))).toMatchObject([
      { kind: "suite_failed", message: "No graph. Write one." },
    ]);
    expect(failures(suite({ planned: 3, unended: ["c"] }))).toMatchObject([
      { kind: "incomplete", message: "1 of 3 cases did not end. Begun and not ended: c." },
    ]);
    expect(failures({ ...suite({}), suites: [] })).toMatchObject([{ message: "No case ran." }]);
  });

  test("a run that was stopped never passes, and misses nothing that it had no time for", () => {
    const stopped: EvalRun = {
      ...suite({ planned: 3, unended: ["c"], threshold: { pass: 1 } }),
      status: "interrupted",
    };
    expect(failures(stopped, makeEvalRun({ a: [1], b: [0], c: [1] }))).toMatchObject([
      {
        kind: "incomplete",
        message: "The run was stopped after 2 of 3 cases of the suites that had begun. Begun and not ended: c.",
      },
    ]);
  });
});

describe("of what is broken, new or not", () => {
  const thrown = { name: "TypeError", message: "sum is not a function" };
  /** Cases whose subject threw in the trials that are 0. */
  const throwing = (cases: Record<string, (0 | 1)[]>, wanted?: string) => {
    const run = makeEvalRun(cases);
    for (const one of run.suites[0]!.cases) {
      one.place = `cases.jsonl:${one.id}`;
      if (wanted) one.expected = { error: wanted };
      for (const trial of one.trials) if (!trial.passed) trial.observation.error = thrown;
    }
    return run;
  };
  const onlyErrors = {
    level: "failure",
    kind: "only_errors",
    suite: "support",
    message:
      "All 3 trials ended in an error that no case expects, the first at cases.jsonl:1: TypeError: sum is not a function",
  };

  test("a suite whose trials all ended in an error fails it, and no baseline excuses that", () => {
    const broken = throwing({ 1: [0], 2: [0, 0] });
    expect(failures(broken)).toEqual([onlyErrors]);
    expect(failures(broken, broken)).toEqual([onlyErrors]);
    expect(failures(throwing({ 1: [0], 2: [0, 1] }))).toEqual([]);
    expect(failures(throwing({ 1: [0] }, "another"))).toMatchObject([{ kind: "only_errors" }]);
    expect(failures(throwing({ 1: [0] }, "TypeError"))).toEqual([]);
  });

  /** Cases whose scorer threw in the trials that are 0. */
  const scoring = (cases: Record<string, (0 | 1)[]>) => {
    const run = makeEvalRun(cases);
    for (const { trials } of run.suites[0]!.cases)
      for (const trial of trials)
        if (!trial.passed) trial.scores = { answer: { score: null, passed: false, error: "Error: no agentevals" } };
    return run;
  };

  test("a scorer that threw in every trial of a case fails it, and no baseline excuses that", () => {
    const broken = scoring({ a: [1], b: [0, 0], c: [0] });
    const finding = {
      level: "failure",
      kind: "scorer_threw",
      suite: "support",
      scorer: "answer",
      message: 'The scorer "answer" threw in 2 of 3 cases, the first at b: Error: no agentevals',
    };
    expect(failures(broken)).toEqual([finding]);
    expect(failures(broken, broken)).toEqual([finding]);
  });

  test("a scorer that threw now and then, or where the subject had thrown, fails nothing by it", () => {
    expect(failures(scoring({ a: [1, 0, 1], b: [1] }))).toEqual([]);
    const both = scoring({ a: [0, 0], b: [1] });
    for (const { observation } of both.suites[0]!.cases[0]!.trials) observation.error = thrown;
    expect(failures(both)).toEqual([]);
    both.suites[0]!.cases[0]!.trials[0]!.observation.error = undefined;
    expect(failures(both)).toMatchObject([{ kind: "scorer_threw" }]);
  });
});

describe("against another baseline", () => {
  test("of other models, what fell is counted and only thresholds are held", () => {
    const before = makeEvalRun({ a: [1], b: [1] });
    before.environment.models.smart = "openai:gpt-5.4";
    const gate = gateRun(makeEvalRun({ a: [1], b: [0] }), toBaseline(before), "all");
    expect(gate).toMatchObject({ passed: true, held: false, findings: [{ level: "notice", kind: "baseline" }] });
    expect(gate.findings[0]!.message).toMatch(/gpt-5\.4.*only thresholds are held.*1 regression/);
  });

  test("a suite that did not run at all fails it, unless only a part was to run", () => {
    const before = toBaseline(makeEvalRun({ a: [1] }));
    const now = makeEvalRun({ a: [1] }, { name: "other" });
    expect(gateRun(now, before, "all").findings).toMatchObject([{ kind: "case_missing", suite: "support" }, {}]);
    expect(gateRun(now, before, "all").passed).toBe(false);
    expect(gateRun(now, before, "suites").passed).toBe(true);
    now.suites[0]!.file = "evals/support.eval.ts";
    expect(gateRun(now, before, "suites").findings).toMatchObject([{ kind: "case_missing", suite: "support" }, {}]);
    expect(gateRun(now, before, "cases").passed).toBe(true);
  });

  test("cases that were left out by name are not missed", () => {
    const before = toBaseline(makeEvalRun({ a: [1], b: [1] }));
    expect(gateRun(makeEvalRun({ a: [1] }), before, "cases").findings).toEqual([]);
    expect(gateRun(makeEvalRun({ a: [1] }), before, "suites").findings).toMatchObject([{ kind: "case_missing" }]);
  });
});
