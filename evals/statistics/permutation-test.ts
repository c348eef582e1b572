import { createRandom } from "./create-random.ts";

/** Beyond so many steps the sums are drawn, not counted. */
const mostSteps = 2_000_000;
const draws = 20_000;

/**
 * How likely the paired differences of cases would sum up so far below 0 (`lower`), or so far from it (`both`), were each as likely to
 * have the other sign: the paired permutation test (sign flips; Good 2005, 3.2). The case is the unit, whatever a trial of it
 * depends on. Differences of zero say nothing and are left out; without any other p is 1. Exact where few sums are possible,
 * as of up to 16 differences or of hundreds of pass rates; else by 20,000 draws, the same in each run.
 */
export function pairedPermutationTest(differences: readonly number[]): { lower: number; both: number } {
  // As whole numbers, since sums of the same fractions in another order differ by a rounding.
  const moved = differences.map((difference) => Math.round(difference * 1e9)).filter((difference) => difference !== 0);
  const observed = moved.reduce((total, difference) => total + difference, 0);
  const found = { lower: 0, both: 0 };
  for (const [total, chance] of chancesOfSums(moved) ?? drawSums(moved, observed)) {
    if (total <= observed) found.lower += chance;
    if (Math.abs(total) >= Math.abs(observed)) found.both += chance;
  }
  return found;
}

/** The chance of each sum; undefined where there are too many. */
function chancesOfSums(moved: readonly number[]): Map<number, number> | undefined {
  let chances = new Map([[0, 1]]);
  for (const difference of moved) {
    if (chances.size * moved.length > mostSteps) return undefined;
    const next = new Map<number, number>();
    for (const [total, chance] of chances) {
      for (const sum of [total + difference, total - difference]) {
        next.set(sum, (next.get(sum) ?? 0) + chance / 2);
      }
    }
    chances = next;
  }
  return chances;
}

/** Sums of random signs. What was seen is one of them, so that p is never 0 (Phipson and Smyth 2010). */
function* drawSums(moved: readonly number[], observed: number): Generator<[total: number, chance: number]> {
  const random = createRandom(1);
  const chance = 1 / (draws + 1);
  yield [observed, chance];
  for (let draw = 0; draw < draws; draw += 1) {
    yield [moved.reduce((total, difference) => total + (random() < 0.5 ? -difference : difference), 0), chance];
  }
}
