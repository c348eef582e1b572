import { createRandom } from "./create-random.ts";

/** Up to so many differences all signs are tried: 65,536 ways. */
const mostExact = 16;
const draws = 20_000;

/**
 * How likely the paired differences of cases would sum up so far below 0 (`lower`), or so far from it (`both`), were each as likely to
 * have the other sign: the paired permutation test (sign flips; Good 2005, 3.2). The case is the unit, whatever a trial of it
 * depends on. Differences of zero say nothing and are left out; without any other p is 1. Exact up to 16 differences; beyond by 20,000
 * draws, the same in each run.
 */
export function pairedPermutationTest(differences: readonly number[]): { lower: number; both: number } {
  const moved = differences.filter((difference) => difference !== 0);
  // Sums of the same differences in another order may differ by a rounding.
  const observed = sum(moved) + 1e-9;
  const exact = moved.length <= mostExact;
  const ways = exact ? 2 ** moved.length : draws;
  const random = createRandom(1);
  // What was seen is one of the ways, so that draws never find none (Phipson and Smyth 2010).
  const found = exact ? { lower: 0, both: 0 } : { lower: 1, both: 1 };
  for (let way = 0; way < ways; way += 1) {
    let total = 0;
    for (const [index, difference] of moved.entries()) {
      const flip = exact ? (way >> index) & 1 : random() < 0.5;
      total += flip ? -difference : difference;
    }
    if (total <= observed) found.lower += 1;
    if (Math.abs(total) >= Math.abs(observed - 1e-9) - 1e-9) found.both += 1;
  }
  const all = exact ? ways : ways + 1;
  return { lower: found.lower / all, both: found.both / all };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
