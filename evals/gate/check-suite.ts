import type { SuiteResult } from "../results/eval-run.ts";
import { round } from "../results/round.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import { findBroken } from "./find-broken.ts";
import { findIdle } from "./find-idle.ts";
import type { GateFinding, RunScope } from "./gate.ts";
import { tellUnended } from "./tell-unended.ts";

/** What fails a suite without a look at the baseline: that it could not run or end, what threw, and its thresholds once all of it ran; and what of its cases plays no part. */
export function checkSuite(suite: SuiteResult, scope: RunScope): GateFinding[] {
  const { name, error, cases, planned, threshold } = suite;
  const fail = (kind: GateFinding["kind"], message: string, scorer?: string): GateFinding => ({
    level: "failure",
    kind,
    suite: name,
    ...(scorer && { scorer }),
    message,
  });
  if (error) return [fail("suite_failed", [error.message, error.hint].filter(Boolean).join(" "))];
  if (cases.length < planned)
    return [fail("incomplete", `${planned - cases.length} of ${planned} cases did not end.${tellUnended([suite])}`)];
  const [broken, idle] = [findBroken(suite), findIdle(suite, scope)];
  if (scope === "cases") return [...broken, ...idle];
  const { pass, scorers } = summarizeSuite(suite);
  const missed = Object.entries(threshold).flatMap(([scorer, least]) => {
    const mean = (scorer === "pass" ? pass : scorers[scorer])?.mean;
    if (mean === undefined)
      return [fail("threshold", `No case has a score of "${scorer}", which is to be at least ${least}.`, scorer)];
    // A mean of shares may miss the threshold by a rounding.
    if (mean >= least - 1e-9) return [];
    const what = scorer === "pass" ? "The mean pass rate" : `The mean of "${scorer}"`;
    return [fail("threshold", `${what} is ${round(mean)}, below the threshold of ${least}.`, scorer)];
  });
  return [...broken, ...missed, ...idle];
}
