import type { Estimate } from "./summary.ts";

/** The normal distribution's 97.5 % quantile. */
const z = 1.959964;

/**
 * The mean of one value a case, each from 0 to 1, with its 95 % interval over cases: Wilson's score interval (Wilson 1927),
 * which stays within 0 and 1 and holds for few cases and for means near the ends. Scores between 0 and 1 spread less than
 * ones and zeros of the same mean, so it is wider for them than it need be; what they spread by cannot be taken from few
 * cases, as the rare ones that fail may be none of them. Without an interval for fewer than two cases.
 */
export function estimateMean(values: readonly number[]): Estimate {
  const n = values.length;
  const p = meanOf(values);
  if (n < 2) return { mean: p };
  const center = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { mean: p, low: Math.max(0, (center - spread) / scale), high: Math.min(1, (center + spread) / scale) };
}

/** 0 where there is none. */
export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
