import { createRandom } from "./create-random.ts";

/** Up to so many differences all signs are tried: 65,536 ways. */
const mostExact = 16;
const samples = 20_000;

/**
 * How likely the paired differences of cases would sum up to this little or less, were each as likely to have the
 * other sign: the one-sided p of a paired permutation test (sign flips; Good 2005, 3.2). Differences of zero say nothing and are left
 * out; without any other it is 1. Exact up to 16 differences; beyond by 20,000 draws, the same in each run.
 */
export function permutationTest(differences: readonly number[]): number {
  const moved = differences.filter((difference) => difference !== 0);
  const observed = sum(moved);
  const few = moved.length <= mostExact;
  const ways = few ? 2 ** moved.length : samples;
  const random = createRandom(1);
  let asLow = 0;
  for (let way = 0; way < ways; way += 1) {
    let total = 0;
    for (const [index, difference] of moved.entries()) {
      const flip = few ? (way >> index) & 1 : random() < 0.5;
      total += flip ? -difference : difference;
    }
    // Sums of the same differences in another order may differ by a rounding.
    if (total <= observed + 1e-9) asLow += 1;
  }
  // What was seen is one of the ways, so a draw never finds none (Phipson and Smyth 2010).
  return few ? asLow / ways : (asLow + 1) / (ways + 1);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
