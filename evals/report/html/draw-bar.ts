import type { Estimate } from "../../statistics/summary.ts";
import { type Markup, markup } from "./markup.ts";

/** A mean as a bar from 0 to 1, with its interval and threshold. The figures stand beside it, so it is hidden from screen readers. */
export function drawBar({ mean, low, high }: Estimate, threshold?: number): Markup {
  const interval =
    low !== undefined &&
    high !== undefined &&
    markup`<rect class="interval" x="${low * 100}" y="4" width="${(high - low) * 100}" height="2"/>`;
  const tick =
    threshold !== undefined && markup`<rect class="threshold" x="${threshold * 100 - 0.5}" width="1" height="10"/>`;
  const below = threshold !== undefined && mean < threshold ? "below" : "";
  return markup`<svg class="bar ${below}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" y="2" width="100" height="6"/><rect class="mean" y="2" width="${mean * 100}" height="6"/>${interval}${tick}</svg>`;
}
