/**
 * Chance that at least one of `k` trials passes, of which `passed` of `n` were seen to: the unbiased estimator
 * 1 - C(n - passed, k) / C(n, k) of Chen et al. 2021 (Codex), as a product.
 */
export const passAtK = (n: number, passed: number, k: number): number => 1 - passHatK(n, n - passed, k);

/** Chance that all of `k` trials pass: pass^k = C(passed, k) / C(n, k) of Yao et al. 2024 (tau-bench), as a product. */
export function passHatK(n: number, passed: number, k: number): number {
  let chance = 1;
  for (let taken = 0; taken < k; taken += 1) chance *= Math.max(0, passed - taken) / (n - taken);
  return chance;
}
