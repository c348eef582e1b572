import { describe, expect, test } from "vitest";
import { makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import { createRandom } from "./create-random.ts";
import { estimateMean } from "./interval.ts";
import { passAtK, passHatK } from "./pass-at-k.ts";
import { pairedPermutationTest } from "./permutation-test.ts";
import { quantile, summarizeCase, summarizeSuite } from "./summarize-suite.ts";
import { type CountPair, lowestP, trialPermutationTest } from "./trial-permutation-test.ts";

describe("an interval", () => {
  test("is Wilson's for shares of cases", () => {
    // 8 of 10: 0.490 to 0.943 (Brown, Cai and DasGupta 2001, by their formula).
    const { mean, low, high } = estimateMean([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect([mean, low, high].map((value) => value?.toFixed(3))).toEqual(["0.800", "0.490", "0.943"]);
  });

  test("does not close at all or none, or where all values are equal", () => {
    expect(estimateMean([1, 1, 1, 1]).low).toBeLessThan(0.6);
    expect(estimateMean([0, 0, 0, 0]).high).toBeGreaterThan(0.4);
    expect(estimateMean([0.5, 0.5, 0.5, 0.5]).low).toBeLessThan(0.2);
    expect(estimateMean(Array.from({ length: 10 }, () => 0.8)).low).toBeLessThan(0.6);
  });

  test("is not given for one case, and there is no mean of none but 0", () => {
    expect([estimateMean([1]), estimateMean([])]).toEqual([{ mean: 1 }, { mean: 0 }]);
  });

  /** What a suite's cases may be like: the mean of all such cases, and one of them. */
  type Population = (random: () => number) => { truth: number; draw: () => number };
  const populations: Record<string, Population> = {
    // A share that one interval holds moves by steps, so that the coverage of one chance says little (Brown, Cai and DasGupta 2001).
    "cases that pass or fail, of any chance": (random) => {
      const truth = 0.05 + 0.9 * random();
      return { truth, draw: () => (random() < truth ? 1 : 0) };
    },
    "pass rates of five trials, from hard to easy": (random) => ({ truth: 0.5, draw: () => triesOf(random, random()) }),
    "pass rates of five trials, mostly easy": (random) => ({
      truth: 0.8,
      draw: () => triesOf(random, random() ** (1 / 4)),
    }),
    "scores that lean to 1": (random) => ({ truth: 0.8, draw: () => random() ** (1 / 4) }),
    "scores of 1 or a little less, and a few of 0": (random) => {
      const few = 0.02 + 0.1 * random();
      return { truth: (1 - few) * 0.995, draw: () => (random() < few ? 0 : 1 - 0.01 * random()) };
    },
  };
  const kinds = Object.entries(populations).flatMap(([name, of]) => [10, 30, 100].map((n) => ({ name, of, n })));
  test.for(kinds)("over $n $name holds the truth in 93 of 100 suites or more", ({ name, of, n }) => {
    const random = createRandom(7);
    let held = 0;
    for (let suite = 0; suite < 2_000; suite += 1) {
      const { truth, draw } = of(random);
      const { low = 1, high = 0 } = estimateMean(Array.from({ length: n }, draw));
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / 2_000).toBeGreaterThan(0.93);
    if (name.startsWith("cases that pass or fail")) expect(held / 2_000).toBeLessThan(0.97);
  });

  test("is not narrower where a case of ten scores 0.99 than where all score 1", () => {
    expect(estimateMean([...ones(9), 0.99]).low).toBeLessThan(estimateMean(ones(10)).low!);
  });
});

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

const triesOf = (random: () => number, chance: number) =>
  Array.from({ length: 5 }, () => (random() < chance ? 1 : 0) as number).reduce((sum, value) => sum + value, 0) / 5;

const pairOf = (passedBefore: number, passedNow: number, trials = 5): CountPair => ({
  before: { passed: passedBefore, trials },
  now: { passed: passedNow, trials },
});

describe("the permutation test of trials", () => {
  test("of one case is Fisher's exact test", () => {
    expect(trialPermutationTest([pairOf(5, 0)])).toBeCloseTo(1 / 252, 12);
    // 4 and 2 of 5: (C(5,1) C(5,5) + C(5,2) C(5,4)) / C(10,6).
    expect(trialPermutationTest([pairOf(4, 2)])).toBeCloseTo(55 / 210, 12);
    expect(trialPermutationTest([{ before: { passed: 2, trials: 2 }, now: { passed: 1, trials: 3 } }])).toBeCloseTo(
      0.3,
      12,
    );
  });

  test("of one trial a case is the test that flips signs", () => {
    const pairs = [pairOf(1, 0, 1), pairOf(1, 0, 1), pairOf(1, 0, 1), pairOf(0, 1, 1), pairOf(1, 1, 1)];
    expect(trialPermutationTest(pairs)).toBeCloseTo(5 / 16, 12);
    expect(pairedPermutationTest([-1, -1, -1, 1, 0]).lower).toBe(5 / 16);
  });

  test("adds up over cases, tells none from chance where nothing moved, and bears thousands of trials", () => {
    expect(trialPermutationTest([pairOf(5, 0), pairOf(5, 0)])).toBeCloseTo(252 ** -2, 12);
    expect([trialPermutationTest([]), trialPermutationTest([pairOf(5, 5), pairOf(0, 0)])]).toEqual([1, 1]);
    expect(trialPermutationTest([pairOf(1_000, 1_000, 2_000)])).toBeCloseTo(0.5126, 3);
  });

  test("could come to nothing in a case that always passes", () => {
    expect([lowestP(pairOf(5, 5)), lowestP(pairOf(0, 0))]).toEqual([1, 1]);
    expect(lowestP(pairOf(2, 3))).toBeCloseTo(1 / 252, 12);
  });

  test("is at most 0.05 in no more than 5 of 100 pairs of runs between which nothing has changed, and in most that fell", () => {
    const random = createRandom(3);
    const rounds = 2_000;
    const alarms = (drop: number) => {
      let count = 0;
      for (let round = 0; round < rounds; round += 1) {
        const pairs = Array.from({ length: 12 }, () => {
          const chance = random();
          const passed = (p: number) => Math.round(5 * triesOf(random, p));
          return pairOf(passed(chance), passed(chance - drop));
        });
        if (trialPermutationTest(pairs) <= 0.05) count += 1;
      }
      return count / rounds;
    };
    expect(alarms(0)).toBeGreaterThan(0.02);
    expect(alarms(0)).toBeLessThan(0.055);
    expect(alarms(0.3)).toBeGreaterThan(0.8);
  });
});

describe("the paired permutation test of differences", () => {
  test.each([
    [[-1, -1, -1, -1, -1], 1 / 32, 1 / 16],
    // Of the eight signs of 1, 2 and 3 the sums -6 and -4 are as low as -4, and 6 and 4 as far from 0.
    [[1, -2, -3], 2 / 8, 4 / 8],
    [[0.1, 0.2, 0.3], 1, 1 / 4],
    [[0, 0], 1, 1],
    [[], 1, 1],
  ])("of %o is %d, and %d for either way", (differences, lower, both) => {
    const p = pairedPermutationTest(differences);
    expect(p.lower).toBeCloseTo(lower, 12);
    expect(p.both).toBeCloseTo(both, 12);
  });

  test("of many pass rates is exact", () => {
    const differences = Array.from({ length: 20 }, (_, index) => (index < 15 ? -0.2 : 0.2));
    // 5 or fewer of 20 positive: (1 + 20 + 190 + 1140 + 4845 + 15504) / 2^20.
    expect(pairedPermutationTest(differences).lower).toBeCloseTo(21_700 / 2 ** 20, 12);
    expect(pairedPermutationTest(differences).both).toBeCloseTo(43_400 / 2 ** 20, 12);
  });

  test("of more sums than can be counted is near the exact one, and the same each time", () => {
    const differences = Array.from({ length: 20 }, (_, index) => Math.sin(index ** 2) - 0.3);
    const observed = differences.reduce((sum, difference) => sum + difference, 0);
    let lower = 0;
    for (let signs = 0; signs < 2 ** 20; signs += 1) {
      const sum = differences.reduce((total, one, index) => total + ((signs >> index) & 1 ? -one : one), 0);
      if (sum <= observed + 1e-9) lower += 2 ** -20;
    }
    expect(pairedPermutationTest(differences).lower).toBeCloseTo(lower, 2);
    expect(pairedPermutationTest(differences).lower).not.toBe(lower);
    expect(pairedPermutationTest(differences)).toEqual(pairedPermutationTest(differences));
  });

  test("is uniform where nothing has changed", () => {
    const random = createRandom(3);
    const found = { lower: [] as number[], both: [] as number[] };
    for (let round = 0; round < 2_000; round += 1) {
      const { lower, both } = pairedPermutationTest(Array.from({ length: 10 }, () => random() - random()));
      found.lower.push(lower);
      found.both.push(both);
    }
    for (const values of Object.values(found)) {
      for (const share of [0.05, 0.25, 0.5, 0.75, 0.95]) {
        expect(Math.abs(values.filter((p) => p <= share).length / 2_000 - share)).toBeLessThan(0.03);
      }
    }
  });
});

test("pass@k and pass^k of 3 out of 5 by hand, and of many", () => {
  expect(passAtK(5, 3, 2)).toBeCloseTo(0.9, 10);
  expect(passHatK(5, 3, 2)).toBeCloseTo(0.3, 10);
  expect([passAtK(5, 5, 5), passHatK(5, 4, 5), passAtK(5, 0, 5)]).toEqual([1, 0, 0]);
  expect(passHatK(4_000, 3_999, 2_000)).toBeCloseTo(0.5, 10);
});

test("a quantile lies between its two nearest values", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect([quantile([7], 0.95), quantile([], 0.5)]).toEqual([7, 0]);
});

describe("of a suite", () => {
  test("repeats are averaged within their case, which then counts as one", () => {
    const [suite] = makeEvalRun({ often: [1, 1, 1, 1, 1, 1, 1, 1], once: [0], half: [1, 0] }).suites;
    const { pass, cases, scorers, pass_at_k } = summarizeSuite(suite!);
    expect(pass.mean).toBe(0.5);
    expect(cases.map(({ pass_rate, varies: differs }) => [pass_rate, differs])).toEqual([
      [1, false],
      [0, false],
      [0.5, true],
    ]);
    expect(scorers["answer"]).toMatchObject({ mean: 0.5, cases: 3 });
    expect(pass_at_k).toEqual({ k: 2, any: 2 / 3, all: 1 / 3 });
  });

  test("a score of null counts nowhere, and a scorer that threw counts as 0", () => {
    const run = makeEvalRun({ a: [1], b: [1], c: [1] });
    const [a, b] = run.suites[0]!.cases;
    a!.trials[0]!.scores = { answer: { score: null, passed: null } };
    b!.trials[0]!.scores = { answer: { score: null, passed: false, error: "TypeError: no" } };
    expect(summarizeSuite(run.suites[0]!).scorers["answer"]).toMatchObject({ mean: 0.5, cases: 2 });
    expect(summarizeCase(a!).scores).toEqual({});
  });

  test("measures have their mean, median and 95th percentile over all trials, and do not make a case vary", () => {
    const run = makeEvalRun(
      { a: [1, 1], b: [1] },
      { scorers: [{ name: "latency", kind: "measure", unit: "ms", passMark: 1 }] },
    );
    const trials = run.suites[0]!.cases.flatMap((one) => one.trials);
    for (const [index, value] of [10, 20, 60].entries())
      Object.assign(trials[index]!, {
        passed: value < 20,
        scores: { latency: { score: value < 20 ? 1 : 0, passed: value < 20, value } },
      });
    const { measures, cases, scorers } = summarizeSuite(run.suites[0]!);
    expect(measures).toEqual({ latency: { mean: 30, p50: 20, p95: 56, unit: "ms" } });
    expect(cases.map(({ varies }) => varies)).toEqual([false, false]);
    expect(scorers["latency"]).toMatchObject({ mean: 0.25, cases: 2 });
  });

  test("without cases all figures are 0", () => {
    const { pass, cost, latency_ms, pass_at_k } = summarizeSuite(makeEvalRun({}).suites[0]!);
    expect({ pass, cost, latency_ms, pass_at_k }).toEqual({
      pass: { mean: 0 },
      cost: 0,
      latency_ms: { p50: 0, p95: 0 },
      pass_at_k: undefined,
    });
  });
});
