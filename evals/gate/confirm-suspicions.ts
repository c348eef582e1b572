import { pairedPermutationTest } from "../statistics/permutation-test.ts";
import { type CountPair, lowestP, trialPermutationTest } from "../statistics/trial-permutation-test.ts";
import type { GateFinding } from "./gate.ts";

/**
 * How likely at most the gate fails a run in which nothing has changed: half of it for the tests of whole suites, half for those of
 * single cases.
 */
const falseAlarms = 0.01;

/**
 * The cases must agree as well, each of them as one: the trials of a run that share their luck, as where a provider keeps
 * answers, are no proof by their number.
 */
const mostOverCases = 0.05;

/** A fall of a single case that is told even where the gate does not fail by it. */
const worthTelling = 0.05;

/** A case whose trials may differ, tried in both runs. */
export interface Suspicion {
  suite: string;
  id: string;
  pair: CountPair;
  /** Why its trials failed now. */
  why: string;
  /** Whether it passed when it was tried again, with the random numbers of its first trial. */
  retries: readonly boolean[];
}

/** Finds what fell by more than chance among cases whose trials may differ: suites as a whole, then single cases. */
export function confirmSuspicions(suspicions: readonly Suspicion[]): GateFinding[] {
  const suites = Object.entries(Object.groupBy(suspicions, ({ suite }) => suite));
  return [
    ...suites.flatMap(([suite, cases = []]) => judgeSuite(suite, cases, falseAlarms / 2 / suites.length)),
    ...judgeCases(suspicions, falseAlarms / 2),
  ];
}

function judgeSuite(suite: string, cases: readonly Suspicion[], bound: number): GateFinding[] {
  const pairs = cases.map(({ pair }) => pair);
  const p = trialPermutationTest(pairs);
  if (p > bound) return [];
  const changes = pairs.map(({ before, now }) => now.passed / now.trials - before.passed / before.trials);
  if (pairedPermutationTest(changes).lower > mostOverCases) return [];
  const count = (side: keyof CountPair) => {
    const [passed, trials] = (["passed", "trials"] as const).map((part) =>
      pairs.reduce((sum, pair) => sum + pair[side][part], 0),
    );
    return `${passed} of ${trials}`;
  };
  const message = `Of ${cases.length} cases whose trials may differ, ${count("before")} trials passed before and ${count("now")} now (${show(p)}).`;
  return [{ level: "failure", kind: "regression", suite, message }];
}

/**
 * Hochberg's procedure (1988). A case whose trials could not have come out so badly that it would be noticed, such as one that
 * always passes, is no test, so that the others need not be held against so many (Tarone 1990).
 */
function judgeCases(suspicions: readonly Suspicion[], alpha: number): GateFinding[] {
  const ranked = suspicions
    .filter(({ pair }) => lowestP(pair) <= alpha)
    .map(({ pair }) => trialPermutationTest([pair]))
    .toSorted((a, b) => a - b);
  const bound = ranked.findLast((p, index) => p <= alpha / (ranked.length - index)) ?? 0;
  return suspicions.flatMap(({ suite, id, pair, why, retries }): GateFinding[] => {
    const p = trialPermutationTest([pair]);
    if (p > worthTelling && retries.length === 0) return [];
    const { before, now } = pair;
    const sure = p <= bound;
    const fall = `It passed ${before.passed} of ${before.trials} trials before and ${now.passed} of ${now.trials} now (${show(p)}).`;
    const doubt = sure ? "" : describeDoubt(retries);
    return [
      {
        level: sure ? "failure" : "notice",
        kind: sure ? "regression" : "uncertain",
        suite,
        id,
        message: [fall, doubt, why].filter(Boolean).join(" "),
      },
    ];
  });
}

function describeDoubt(retries: readonly boolean[]): string {
  const repeat = "Try it more often with --case and --repeat.";
  if (retries.length === 0) return `That may be chance. ${repeat}`;
  const again = "When tried again with the same random numbers it";
  if (retries.includes(true))
    return `${again} passed, so it has a chance of its own: say so with "deterministic: false" and a "repeat".`;
  return `${again} failed ${retries.length} times more, but other trials of the suite disagree: that may be chance. ${repeat}`;
}

const show = (p: number) => `p = ${p.toPrecision(2)}`;
