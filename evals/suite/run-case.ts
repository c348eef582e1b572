import { readConfig } from "../../config.ts";
import type { CaseResult, Trial } from "../results/eval-run.ts";
import { summarizeCase } from "../statistics/summarize-suite.ts";
import type { EvalCase } from "./eval-case.ts";
import { runTrial, type TrialSuite } from "./run-trial.ts";

/** How often a case that broke is tried, its trials included. */
const mostTries = 5;

/** A suite whose cases can be run. */
export interface RunnableSuite extends TrialSuite {
  name: string;
  repeat: number;
  /** Keeps the suite's concurrency: a trial runs within it. */
  limit: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** The ids of the cases that passed in each trial of the baseline. */
  passing: ReadonlySet<string>;
  /** Is told the id of a case when its first trial begins. */
  begin: (id: string) => void;
}

/**
 * Tries a case as often as it needs: `repeat` times, and once where a second try cannot differ. One that passed in the
 * baseline and fails is then tried again until it passes, for a chance that nobody has told of, or has taken a trial's time.
 * Rejects only when `stop` aborts.
 */
export async function runCase(one: EvalCase, suite: RunnableSuite, stop: AbortSignal): Promise<CaseResult> {
  const run = (number: number, seed = number) =>
    suite.limit(async () => {
      stop.throwIfAborted();
      if (number === 1) suite.begin(one.id);
      return { ...(await runTrial(one, seed, suite, stop)), number };
    });
  const first = await run(1);
  const more = isCertain(first, suite) ? 0 : suite.repeat - 1;
  const trials = [first, ...(await Promise.all(Array.from({ length: more }, (_, index) => run(index + 2))))];
  const { id, tags, place, note, input, turns, expected } = one;
  const result = { suite: suite.name, id, tags, place, note, input, turns, expected, trials };
  if (!isCertain(first, suite) && !isPresumed(trials, suite)) return { ...result, deterministic: false };
  const tries = [...trials];
  const isOpen = () => tries.every(({ passed }) => !passed) && timeOf(tries) < (suite.options.timeoutMs ?? 60_000);
  while (suite.passing.has(id) && tries.length < mostTries && isOpen()) tries.push(await run(tries.length + 1, 1));
  const retries = tries.slice(trials.length);
  const tried = { ...result, ...(retries.length > 0 && { retries }) };
  return { ...tried, deterministic: !summarizeCase(tried).varies };
}

/** In milliseconds. */
const timeOf = (trials: readonly Trial[]) => trials.reduce((sum, { observation }) => sum + observation.latency_ms, 0);

/** Whether it is known that a second try cannot differ: nothing did that might, and no error cut it off before. */
const isCertain = (trial: Trial, suite: RunnableSuite): boolean =>
  suite.options.deterministic ??
  (suite.subject.local && isQuiet([trial], suite) && (!trial.observation.error || isOffline()));

/** Whether tries that agree are taken to agree always: a function's or a server's, where no call may leave this machine. */
const isPresumed = (trials: readonly Trial[], suite: RunnableSuite): boolean =>
  suite.options.deterministic !== false && isOffline() && isQuiet(trials, suite);

/** Whether every call of a model was answered in this process or from a cassette, and nobody's opinion was asked. */
const isQuiet = (trials: readonly Trial[], { options, scorers }: RunnableSuite): boolean =>
  !options.user &&
  scorers.every(({ kind }) => kind !== "judge") &&
  trials.every(({ observation: { usage, untraced } }) => usage.live_calls === 0 && !untraced);

const isOffline = () => readConfig().TROUPE_FORBID_MODEL_CALLS;
