/** Trials that passed, of all that there were. */
export interface Count {
  passed: number;
  trials: number;
}

/** The trials of one case in two runs. */
export interface CountPair {
  before: Count;
  now: Count;
}

/**
 * How likely so few trials would pass now, or fewer, had nothing changed: the one-sided p of a permutation test that is
 * paired by case. Unchanged, each trial of a case is as likely to belong to either run, so the trials are shuffled between
 * the two within each case, in all ways at once, since passes out of shuffled trials are hypergeometric and their sum over
 * cases a convolution (exact conditional test of Mehta, Patel and Gray 1985). Of a single case it is Fisher's exact test; of one
 * trial a case it is the test that flips signs. No case needs to be like another; trials must not depend on each other.
 */
export function trialPermutationTest(pairs: readonly CountPair[]): number {
  const observed = pairs.reduce((total, pair) => total + pair.now.passed - leastPasses(pair), 0);
  let chances = [1];
  for (const pair of pairs) chances = convolve(chances, shuffle(pair), observed);
  return Math.min(1, sum(chances));
}

/** The lowest p that the trials of a case could have come to, as many of them passing as did. */
export const lowestP = (pair: CountPair): number => shuffle(pair)[0]!;

/** Passes of now if as many of before's trials pass as can. */
const leastPasses = ({ before, now }: CountPair): number => Math.max(0, now.passed - (before.trials - before.passed));

/** The chance of each number of passes now, from the least that there can be on. In logarithms, as factorials overflow. */
function shuffle(pair: CountPair): number[] {
  const { before, now } = pair;
  const passed = before.passed + now.passed;
  const logs = [0];
  for (let count = leastPasses(pair); count < Math.min(passed, now.trials); count += 1) {
    const ways = ((passed - count) * (now.trials - count)) / ((count + 1) * (before.trials - passed + count + 1));
    logs.push(logs.at(-1)! + Math.log(ways));
  }
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

/** The chance of each sum, up to `most`. */
function convolve(a: readonly number[], b: readonly number[], most: number): number[] {
  const sums = Array.from({ length: Math.min(a.length + b.length - 1, most + 1) }, () => 0);
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length && i + j <= most; j += 1) sums[i + j]! += a[i]! * b[j]!;
  }
  return sums;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
