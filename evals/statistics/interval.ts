import type { Estimate } from "./summary.ts";

/** The normal distribution's 97.5 % quantile. */
const z = 1.959964;

/**
 * The mean of one value a case, each from 0 to 1, with its 95 % interval. Wilson's score interval (Wilson 1927), which
 * stays within 0 and 1 and holds for few cases and for means near the ends. Where values lie between 0 and 1 it takes
 * the effective number of cases, p(1 - p) / var(mean), as surveys do (Franco et al. 2019), and Student's t for the normal
 * quantile, since the variance is estimated. Without an interval for fewer than two cases.
 */
export function estimateMean(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = meanOf(values);
  if (n < 2) return { mean };
  const binary = values.every((value) => value === 0 || value === 1);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  // Equal values between the ends show no spread at all; the widest that they could come from is then taken.
  if (binary || variance < 1e-12) return { mean, ...wilson(mean, n, z) };
  return { mean, ...wilson(mean, (mean * (1 - mean)) / (variance / n), studentQuantile(n - 1)) };
}

/** 0 where there is none. */
export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function wilson(p: number, n: number, q: number): { low: number; high: number } {
  const center = p + (q * q) / (2 * n);
  const spread = q * Math.sqrt((p * (1 - p)) / n + (q * q) / (4 * n * n));
  const scale = 1 + (q * q) / n;
  return { low: Math.max(0, (center - spread) / scale), high: Math.min(1, (center + spread) / scale) };
}

/** The 97.5 % quantile of Student's t, by the expansion of Abramowitz and Stegun 26.7.5; exact for one and two degrees. */
function studentQuantile(degrees: number): number {
  if (degrees < 3) return degrees === 1 ? 12.7062 : 4.3027;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
