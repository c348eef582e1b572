import type { SpanUsage } from "../../storage/storage.ts";
import type { EvalCase } from "../suite/eval-case.ts";
import type { Observation } from "../suite/observation.ts";

/** What a scorer is given. */
export interface ScorerInput {
  case: EvalCase;
  expected: EvalCase["expected"];
  observation: Observation;
  /** Short for `observation.output` and `observation.text`. */
  output: unknown;
  text: string;
  /** Aborted when the case's time is over or the run is stopped. */
  signal: AbortSignal;
}

/** What a scorer says of one trial. */
export interface Score {
  /** From 0 to 1; null where it has nothing to say: the case expects nothing of the kind, or a measure has no limit. */
  score: number | null;
  /** A measure's raw figure, in the scorer's `unit`. */
  value?: number;
  /** Why, for people: what was expected and what came. */
  comment?: string;
  /** What a judge's model used. */
  usage?: SpanUsage;
}

/** Scores a trial. What it throws marks its case as failed and is told in the report. */
export interface Scorer {
  name: string;
  /** `rule`: computed; `measure`: a figure such as latency; `judge`: a model's opinion, marked as such in every report. */
  kind: "rule" | "measure" | "judge";
  /** A case passes with at least this score; 1 unless told. */
  passMark?: number;
  unit?: "ms" | "tokens" | "calls" | "$";
  score(input: ScorerInput): Promise<Score> | Score;
}

/** A scorer of one's own, named after its function: a score, whether it passed, or null where it has nothing to say. */
export type ScorerFunction = (
  input: ScorerInput,
) => Promise<Score | number | boolean | null> | Score | number | boolean | null;

/** A scorer that can be used as it is, `citations`, or told more, `retrieval({ k: 5 })`. */
export type ConfigurableScorer<Options> = Scorer & ((options?: Options) => Scorer);
