import type { Scorer } from "../scorers/scorer.ts";

/** A mean with its 95 % interval over cases; without one for fewer than two cases. */
export interface Estimate {
  mean: number;
  low?: number;
  high?: number;
}

/** What is said of a case: its repeats averaged. */
export interface CaseSummary {
  id: string;
  trials: number;
  /** Share of its trials that passed. */
  pass_rate: number;
  /** Whether its trials and retries differ in whether they passed or in a score, that of a measure left out. */
  varies: boolean;
  /** Whether it is known that a trial more could not differ. */
  deterministic: boolean;
  /** Whether a call left this machine, so that a trial more might differ. */
  live: boolean;
  /** Mean score by scorer; a scorer that had nothing to say is not in it. */
  scores: Record<string, number>;
  /** Mean of a measure's raw figure by scorer. */
  values: Record<string, number>;
}

/** What is said of a suite: the case is the unit. */
export interface SuiteSummary {
  name: string;
  cases: CaseSummary[];
  /** Mean over cases of their pass rates. */
  pass: Estimate;
  /** Chance that one of k tries, or that all of k tries pass, for k = the most repeats of a case; only with repeats. */
  pass_at_k?: { k: number; any: number; all: number };
  scorers: Record<string, Estimate & { cases: number }>;
  /** By scorer, of measures: mean, median and 95th percentile over all trials. */
  measures: Record<string, { mean: number; p50: number; p95: number; unit?: Scorer["unit"] }>;
  latency_ms: { p50: number; p95: number };
  total_tokens: number;
  model_calls: number;
  cost: number | null;
}
