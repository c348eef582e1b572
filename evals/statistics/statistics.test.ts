import { describe, expect, test } from "vitest";
import { createRandom } from "./create-random.ts";
import { fisherTest } from "./fisher-test.ts";
import { estimateMean } from "./interval.ts";
import { passAtK, passHatK } from "./pass-at-k.ts";
import { permutationTest } from "./permutation-test.ts";
import { quantile } from "./summarize-suite.ts";

describe("an interval", () => {
  test("is Wilson's for shares of cases", () => {
    // 8 of 10: 0.490 to 0.943 (Brown, Cai and DasGupta 2001, by their formula).
    const { mean, low, high } = estimateMean([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect([mean, low, high].map((value) => value?.toFixed(3))).toEqual(["0.800", "0.490", "0.943"]);
  });

  test("does not close at all or none", () => {
    expect(estimateMean([1, 1, 1, 1]).low).toBeLessThan(0.6);
    expect(estimateMean([0, 0, 0, 0]).high).toBeGreaterThan(0.4);
  });

  test("is not given for one case, and there is no mean of none but 0", () => {
    expect([estimateMean([1]), estimateMean([])]).toEqual([{ mean: 1 }, { mean: 0 }]);
  });

  // Of single cases at 10 the share that one interval can hold moves by steps; on the whole it is near 95 %.
  test.each([
    ["shares", 10, (random: () => number) => (random() < 0.8 ? 1 : 0), 0.8],
    ["shares", 100, (random: () => number) => (random() < 0.8 ? 1 : 0), 0.8],
    ["means of five tries", 10, (random: () => number) => triesOf(random, 0.3 + 0.6 * random()), 0.6],
    ["means of five tries", 30, (random: () => number) => triesOf(random, 0.3 + 0.6 * random()), 0.6],
    ["means of five tries", 100, (random: () => number) => triesOf(random, 0.3 + 0.6 * random()), 0.6],
  ])("of %s over %i cases holds the truth in about 95 of 100 suites", (_, cases, draw, truth) => {
    const random = createRandom(7);
    let held = 0;
    for (let suite = 0; suite < 2_000; suite += 1) {
      const { low = 1, high = 0 } = estimateMean(Array.from({ length: cases }, () => draw(random)));
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / 2_000).toBeGreaterThan(0.925);
    expect(held / 2_000).toBeLessThan(0.98);
  });
});

const triesOf = (random: () => number, chance: number) =>
  Array.from({ length: 5 }, () => (random() < chance ? 1 : 0) as number).reduce((sum, value) => sum + value, 0) / 5;

describe("the paired permutation test", () => {
  test.each([
    [[-1, -1, -1, -1, -1], 1 / 32],
    // Of the eight signs of 1, 2, 3 the sums -6, -4 and two of -2 … are as low as -4: -6 and -4.
    [[1, -2, -3], 2 / 8],
    [[0, 0], 1],
    [[], 1],
    [[1, 1, 1], 1],
  ])("of %o is %d", (differences, p) => {
    expect(permutationTest(differences)).toBeCloseTo(p, 10);
  });

  test("of more differences than can be tried all is near the exact one, and the same each time", () => {
    const differences = Array.from({ length: 20 }, (_, index) => (index < 15 ? -1 : 1));
    // The sum is -10: 5 or fewer of 20 positive has the chance 0.0207.
    expect(permutationTest(differences)).toBeCloseTo(0.0207, 2);
    expect(permutationTest(differences)).toBe(permutationTest(differences));
  });

  test("is below 0.05 in about 5 of 100 pairs of runs between which nothing has changed", () => {
    const random = createRandom(3);
    let alarms = 0;
    for (let round = 0; round < 1_000; round += 1) {
      const differences = Array.from({ length: 12 }, () => random() - random());
      if (permutationTest(differences) <= 0.05) alarms += 1;
    }
    expect(alarms).toBeGreaterThan(30);
    expect(alarms).toBeLessThan(70);
  });
});

test("Fisher's exact test of 5 of 5 before and 0 of 5 now is 1 of 252", () => {
  expect(fisherTest({ passed: 5, trials: 5 }, { passed: 0, trials: 5 })).toBeCloseTo(1 / 252, 10);
  expect(fisherTest({ passed: 3, trials: 5 }, { passed: 3, trials: 5 })).toBeGreaterThan(0.5);
});

test("pass@k and pass^k of 3 out of 5 by hand", () => {
  expect(passAtK(5, 3, 2)).toBeCloseTo(0.9, 10);
  expect(passHatK(5, 3, 2)).toBeCloseTo(0.3, 10);
  expect([passAtK(5, 5, 5), passHatK(5, 4, 5)]).toEqual([1, 0]);
});

test("a quantile lies between its two nearest values", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect([quantile([7], 0.95), quantile([], 0.5)]).toEqual([7, 0]);
});
