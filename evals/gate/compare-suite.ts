import type { CaseResult, SuiteResult } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import type { Suspicion } from "./confirm-suspicions.ts";
import type { BaselineCase, GateFinding } from "./gate.ts";

/**
 * Compares the cases of a suite with the baseline: what is sure is a finding, what may be chance a suspicion. `after` is the suite in
 * the form of a baseline.
 */
export function compareSuite(suite: SuiteResult, before: readonly BaselineCase[], after: readonly BaselineCase[]) {
  const findings: GateFinding[] = [];
  const suspicions: Suspicion[] = [];
  const known = new Map(before.map((one) => [one.id, one]));
  const chance = hasOwnChance([...before, ...after]);
  for (const [index, now] of after.entries()) {
    const { id } = now;
    const was = known.get(id);
    if (!was) continue;
    const why = describeFall(suite.cases[index]!, was);
    const pair = { before: countOf(was), now: countOf(now) };
    const find = (level: GateFinding["level"], kind: GateFinding["kind"], message: string) =>
      findings.push({ level, kind, suite: suite.name, id, message: message.trim() });
    const { retries = [] } = suite.cases[index]!;
    if (!isSure(was, now, chance))
      suspicions.push({ suite: suite.name, id, pair, why, retries: retries.map(({ passed }) => passed) });
    else if (now.pass_rate > was.pass_rate) find("notice", "improvement", `${describeChange(pair)}.`);
    else if (now.pass_rate === was.pass_rate) continue;
    else if (failsByTime(suite, suite.cases[index]!)) {
      find("notice", "uncertain", `It took too long, which differs from run to run. ${why}`);
    } else find("failure", "regression", `${describeChange(pair, retries.length)}. ${why}`);
  }
  return { findings, suspicions };
}

/** Whether a change cannot be chance: of a case that is known to come out alike each time, in a suite where that was seen to hold. */
export const isSure = (was: BaselineCase, now: BaselineCase, chance: boolean): boolean =>
  !chance && (was.deterministic || now.deterministic);

/** Whether trials disagree though nothing left this machine: then the suite has a chance of its own, and one trial of a case proves nothing. */
export const hasOwnChance = (cases: readonly BaselineCase[]): boolean =>
  cases.some(({ varies, live }) => varies && !live);

const countOf = ({ pass_rate, trials }: BaselineCase) => ({ passed: Math.round(pass_rate * trials), trials });

function describeChange({ before, now }: Suspicion["pair"], retries = 0): string {
  if (before.trials === 1 && before.passed === 1 && now.passed === 0) {
    const tries = now.trials + retries;
    return `It passed before and fails now${tries > 1 ? `, in each of ${tries} tries` : ""}`;
  }
  if (before.trials > 1 || now.trials > 1)
    return `It passed ${before.passed} of ${before.trials} trials before and ${now.passed} of ${now.trials} now`;
  return "It failed before and passes now";
}

/** Which scorers fell, from what to what, and what they said. */
function describeFall({ trials }: CaseResult, { scores }: BaselineCase): string {
  const failed = trials.find(({ passed }) => !passed);
  return failed ? explainTrial(failed, scores).join("; ") : "";
}

/** Whether nothing but its time failed it. */
function failsByTime({ scorers }: SuiteResult, { trials }: CaseResult): boolean {
  const times = new Set(scorers.filter(({ unit }) => unit === "ms").map(({ name }) => name));
  return trials.every(({ passed, scores, observation }) => {
    const failed = Object.entries(scores).filter(([, score]) => score.passed === false);
    return passed || (!observation.error && failed.length > 0 && failed.every(([name]) => times.has(name)));
  });
}
