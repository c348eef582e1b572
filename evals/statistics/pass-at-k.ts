import { choose } from "./fisher-test.ts";

/** Chance that at least one of `k` tries passes, of which `passed` of `n` were seen to: the unbiased estimator of Chen et al. 2021. */
export const passAtK = (n: number, passed: number, k: number): number => 1 - choose(n - passed, k) / choose(n, k);

/** Chance that all of `k` tries pass: pass^k of Yao et al. 2024 (tau-bench). */
export const passHatK = (n: number, passed: number, k: number): number => choose(passed, k) / choose(n, k);
