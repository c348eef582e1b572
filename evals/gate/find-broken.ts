import { endedAsExpected } from "../results/ended-as-expected.ts";
import type { CaseResult, SuiteResult, Trial } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import type { GateFinding } from "./gate.ts";

/** What no baseline excuses, since nothing was judged there: all trials ended in an error, or a scorer threw wherever a case was to be scored. */
export function findBroken(suite: SuiteResult): GateFinding[] {
  const { name, cases } = suite;
  const fail = { level: "failure", suite: name } as const;
  const [first] = cases;
  if (first && cases.every((one) => answeredTrials(one).length === 0)) {
    const count = cases.reduce((sum, { trials }) => sum + trials.length, 0);
    const what = count === 1 ? "The only trial" : `All ${count} trials`;
    const message = `${what} ended in an error that no case expects, the first at ${at(first)}: ${explainTrial(first.trials[0]!)[0]}`;
    return [{ ...fail, kind: "only_errors", message }];
  }
  return suite.scorers.flatMap(({ name: scorer }): GateFinding[] => {
    const [broken, ...others] = cases.filter((one) => isUnscored(one, scorer));
    if (!broken) return [];
    const error = answeredTrials(broken)[0]!.scores[scorer]!.error!;
    const message = `The scorer "${scorer}" threw in ${others.length + 1} of ${cases.length} cases, the first at ${at(broken)}: ${error}`;
    return [{ ...fail, kind: "scorer_threw", scorer, message }];
  });
}

/** Whether the scorer threw in every trial that there was something to score of. */
export function isUnscored(result: CaseResult, scorer: string): boolean {
  const answered = answeredTrials(result);
  return answered.length > 0 && answered.every(({ scores }) => scores[scorer]?.error !== undefined);
}

/** A scorer that throws where the subject has thrown says nothing of itself. */
const answeredTrials = (result: CaseResult): Trial[] =>
  result.trials.filter(({ observation }) => !observation.error || endedAsExpected(result, observation));

const at = ({ place, id }: CaseResult) => place ?? id;
