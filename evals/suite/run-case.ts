import { readConfig } from "../../config.ts";
import type { CaseResult, Trial } from "../results/eval-run.ts";
import type { EvalCase } from "./eval-case.ts";
import { runTrial, type TrialSuite } from "./run-trial.ts";

/** A suite whose cases can be run. */
export interface RunnableSuite extends TrialSuite {
  name: string;
  repeat: number;
  /** Keeps the suite's concurrency: a trial runs within it. */
  limit: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/**
 * Tries a case as often as it needs: `repeat` times, and once where a second try cannot differ. Rejects only when `stop`
 * aborts.
 */
export async function runCase(one: EvalCase, suite: RunnableSuite, stop: AbortSignal): Promise<CaseResult> {
  const run = (number: number) =>
    suite.limit(async () => {
      stop.throwIfAborted();
      return runTrial(one, number, suite, stop);
    });
  const first = await run(1);
  const deterministic = isDeterministic(first, suite);
  const more = deterministic ? 0 : suite.repeat - 1;
  const others = await Promise.all(Array.from({ length: more }, (_, index) => run(index + 2)));
  const { id, tags, place, note, input, turns, expected } = one;
  const trials = [first, ...others];
  return { suite: suite.name, id, tags, place, note, input, turns, expected, deterministic, trials };
}

/**
 * Every call of a model was answered in this process or from a cassette, and there is nothing else that could differ: no opinion
 * of a judge, and no error that cut a trial off before it came to a live model.
 */
const isDeterministic = ({ observation }: Trial, { subject, options, scorers }: RunnableSuite): boolean =>
  options.deterministic ??
  (subject.local &&
    !options.user &&
    observation.usage.live_calls === 0 &&
    scorers.every(({ kind }) => kind !== "judge") &&
    (!observation.error || readConfig().TROUPE_FORBID_MODEL_CALLS));
