import type { CaseResult, SuiteResult } from "../results/eval-run.ts";
import { estimateMean, meanOf } from "./interval.ts";
import { passAtK, passHatK } from "./pass-at-k.ts";
import type { CaseSummary, SuiteSummary } from "./summary.ts";

/** Averages the trials of a case. What a scorer had nothing to say about is in no mean; where it threw, it scores 0. */
export function summarizeCase({ id, trials, retries = [], deterministic = false }: CaseResult): CaseSummary {
  const scores = new Map<string, number[]>();
  const values = new Map<string, number[]>();
  const put = (map: Map<string, number[]>, name: string, value: number) =>
    map.set(name, [...(map.get(name) ?? []), value]);
  for (const trial of trials) {
    for (const [name, { score, value, error }] of Object.entries(trial.scores)) {
      if (score !== null || error !== undefined) put(scores, name, score ?? 0);
      if (value !== undefined) put(values, name, value);
    }
  }
  const outcomes = new Set([...trials, ...retries].map((trial) => JSON.stringify(outcomeOf(trial))));
  return {
    id,
    trials: trials.length,
    pass_rate: meanOf(trials.map(({ passed }) => (passed ? 1 : 0))),
    deterministic,
    varies: outcomes.size > 1,
    live: trials.some(({ observation }) => observation.usage.live_calls > 0),
    scores: averages(scores),
    values: averages(values),
  };
}

/** Whether it passed and its scores, without measures, which differ from run to run and say nothing of what was answered. */
function outcomeOf({ passed, scores }: CaseResult["trials"][number]) {
  const failed = Object.values(scores).filter((score) => score.passed === false);
  const isSlow = failed.length > 0 && failed.every(({ value }) => value !== undefined);
  const judged = Object.entries(scores).map(([name, { score, value }]) => [name, value === undefined ? score : null]);
  return [passed || isSlow, judged];
}

const averages = (map: Map<string, number[]>) =>
  Object.fromEntries([...map].map(([name, numbers]) => [name, meanOf(numbers)]));

/** Says what is to be said of a suite; the case is the unit, so a case that is tried often counts no more than another. */
export function summarizeSuite(suite: SuiteResult): SuiteSummary {
  const cases = suite.cases.map(summarizeCase);
  const trials = suite.cases.flatMap((one) => one.trials);
  const latencies = trials.map(({ observation }) => observation.latency_ms);
  const usages = trials.map(({ observation }) => observation.usage);
  const scorers = suite.scorers.flatMap(({ name }) => {
    const means = cases.flatMap(({ scores }) => scores[name] ?? []);
    return means.length > 0 ? [[name, { ...estimateMean(means), cases: means.length }] as const] : [];
  });
  const measures = suite.scorers.flatMap(({ name, unit }) => {
    const values = trials.flatMap(({ scores }) => scores[name]?.value ?? []);
    if (values.length === 0) return [];
    return [[name, { mean: meanOf(values), p50: quantile(values, 0.5), p95: quantile(values, 0.95), unit }] as const];
  });
  const costs = usages.map(({ cost }) => cost);
  return {
    name: suite.name,
    cases,
    pass: estimateMean(cases.map(({ pass_rate }) => pass_rate)),
    pass_at_k: estimatePassAtK(suite.cases),
    scorers: Object.fromEntries(scorers),
    measures: Object.fromEntries(measures),
    latency_ms: { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95) },
    total_tokens: usages.reduce((sum, { total_tokens }) => sum + total_tokens, 0),
    model_calls: usages.reduce((sum, { model_calls }) => sum + model_calls, 0),
    cost: costs.every((cost) => cost !== null) ? costs.reduce((sum, cost) => sum + cost, 0) : null,
  };
}

/** Over the cases that were tried as often as any; undefined where none was tried twice. */
function estimatePassAtK(cases: CaseResult[]): SuiteSummary["pass_at_k"] {
  const k = Math.max(0, ...cases.map(({ trials }) => trials.length));
  if (k < 2) return undefined;
  const counts = cases.map(({ trials }) => ({
    n: trials.length,
    passed: trials.filter(({ passed }) => passed).length,
  }));
  // A deterministic case, tried once, would have come out the same each time.
  const whole = counts.map(({ n, passed }) => (n === 1 ? { n: k, passed: passed * k } : { n, passed }));
  const least = Math.min(k, ...whole.map(({ n }) => n));
  return {
    k: least,
    any: meanOf(whole.map(({ n, passed }) => passAtK(n, passed, least))),
    all: meanOf(whole.map(({ n, passed }) => passHatK(n, passed, least))),
  };
}

/** Between the two nearest ranks (type 7 of Hyndman and Fan 1996); 0 where there is no value. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}
