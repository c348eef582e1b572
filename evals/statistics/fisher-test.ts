/** Successes out of trials. */
export interface Count {
  passed: number;
  trials: number;
}

/** How likely so few successes now, or fewer, would be if both counts had one and the same chance: Fisher's exact test, one-sided. */
export function fisherTest(before: Count, now: Count): number {
  const passed = before.passed + now.passed;
  const trials = before.trials + now.trials;
  const least = Math.max(0, passed - before.trials);
  let tail = 0;
  for (let count = least; count <= now.passed; count += 1) {
    tail += choose(now.trials, count) * choose(before.trials, passed - count);
  }
  return tail / choose(trials, passed);
}

/** In how many ways `k` of `n` can be taken; 0 where there are fewer. */
export function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let ways = 1;
  for (let index = 1; index <= Math.min(k, n - k); index += 1) ways = (ways * (n - index + 1)) / index;
  return ways;
}
