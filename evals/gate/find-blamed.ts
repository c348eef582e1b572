import type { CaseResult, SuiteResult } from "../results/eval-run.ts";
import { isUnscored } from "./find-broken.ts";
import type { GateFinding } from "./gate.ts";

/** The cases of a suite by which it fails the gate as a whole: those that fail, or that fail by the scorer of the finding. */
export function findBlamed(
  { level, kind, suite, scorer = "pass" }: GateFinding,
  { name, cases }: SuiteResult,
): CaseResult[] {
  if (level !== "failure" || suite !== name) return [];
  if (kind === "scorer_threw") return cases.filter((one) => isUnscored(one, scorer));
  if (kind !== "threshold" && kind !== "only_errors") return [];
  return cases.filter(({ trials }) =>
    trials.some(({ passed, scores }) => (scorer === "pass" ? !passed : scores[scorer]?.passed === false)),
  );
}
