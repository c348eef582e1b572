import type { Estimate } from "../statistics/summary.ts";

/** `87 %`, or with a decimal where it would else round to 0 or 100. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const rounded = Math.round(percent);
  const exact = Math.abs(percent - rounded) < 1e-9;
  return `${!exact && (rounded === 0 || rounded === 100) ? percent.toFixed(1) : rounded} %`;
}

/** `87 % (80–92)`: a mean with its 95 % interval. */
export function formatEstimate({ mean, low, high }: Estimate): string {
  if (low === undefined || high === undefined) return formatPercent(mean);
  return `${formatPercent(mean)} (${Math.round(low * 100)}–${Math.round(high * 100)})`;
}
