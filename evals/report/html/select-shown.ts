import type { CaseDifference } from "../../gate/diff-runs.ts";
import type { CaseResult } from "../../results/eval-run.ts";

/** The filters of the page. */
export const filters = ["failed", "regressed", "improved", "changed", "new"] as const;

/** Under which of them a case stands: `failed` in any trial, and how it differs from the baseline. */
export function selectShown({ trials }: CaseResult, difference: CaseDifference | undefined): string[] {
  const { before, after } = difference ?? {};
  const change = before && after ? after.pass_rate - before.pass_rate : 0;
  const holds: Record<(typeof filters)[number], boolean> = {
    failed: trials.some(({ passed }) => !passed),
    regressed: change < 0,
    improved: change > 0,
    changed: before !== undefined,
    new: difference !== undefined && before === undefined,
  };
  return filters.filter((name) => holds[name]);
}
