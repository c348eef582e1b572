import type { SpanUsage } from "../../storage/storage.ts";
import type { Scorer } from "../scorers/scorer.ts";
import type { EvalCase } from "../suite/eval-case.ts";
import type { Observation } from "../suite/observation.ts";

/** One go of `troupe eval`: what `run.json` of its folder holds. */
export interface EvalRun {
  version: 1;
  /** Sorts by time: `2026-11-23T02-40-11-123Z`. */
  run_id: string;
  /** ISO 8601, UTC. */
  started_at: string;
  ended_at: string;
  /** `interrupted` where it was stopped before its end. */
  status: "complete" | "interrupted";
  environment: EvalEnvironment;
  suites: SuiteResult[];
}

export interface EvalEnvironment {
  troupe: string;
  node: string;
  /** The commit of the working directory, with whether files differ from it; null outside of a repository. */
  commit: string | null;
  dirty: boolean;
  /** The models of each role, as `openai:gpt-5.4` or `embedded`; `embed` is null for a search by words. */
  models: { fast: string; smart: string; embed: string | null };
  /** Whether calls to models were allowed to leave this machine. */
  live: boolean;
  /** What of the suites was run, for people; without it all of them. */
  part?: string;
}

/** What a suite is, as it was defined. */
export interface SuiteInfo {
  name: string;
  /** Relative to the working directory. */
  file: string;
  /** For people: `graph orchestrator`, `tool calculate`, … */
  subject: string;
  repeat: number;
  /** The least share of cases that pass (`pass`), and the least mean of a scorer by its name. */
  threshold: Record<string, number>;
  scorers: (Pick<Scorer, "name" | "kind" | "unit"> & { passMark: number })[];
  /** How many cases were to run. */
  planned: number;
}

export interface SuiteResult extends SuiteInfo {
  started_at: string;
  ended_at: string;
  /** Why its cases did not run: its file, its graph or its case file could not be read, or its `setup` failed. */
  error?: { message: string; hint?: string; stack?: string };
  /** What no scorer reads of what cases expect, with the places of these cases. */
  unread?: Record<string, string[]>;
  /** The calls that planned faults should have met and that never came, `call 2 of the tool "pay"`, with the places of these cases. */
  unmet?: Record<string, string[]>;
  cases: CaseResult[];
  /** The ids of the cases that began and did not end. */
  unended?: string[];
}

export interface CaseResult {
  suite: string;
  id: string;
  tags: string[];
  /** `cases.jsonl:12`, where it was read from a file. */
  place?: string;
  note?: string;
  input: unknown;
  turns?: EvalCase["turns"];
  expected: EvalCase["expected"];
  /** Whether it is known that a trial more could not differ; there is one trial then, and its retries. */
  deterministic?: boolean;
  /** Of what decides whether it passes: another one is another case, whatever its id. */
  fingerprint?: string;
  trials: Trial[];
  /**
   * Tries more of a case that passed in the baseline and failed, with the random numbers of the first, until one passes: they say whether
   * it fails each time, and count in no figure.
   */
  retries?: Trial[];
}

/** One try of a case. */
export interface Trial {
  /** From 1. */
  number: number;
  /** Every scorer that had something to say reached its pass mark, none threw, and the subject did what it should. */
  passed: boolean;
  scores: Record<string, TrialScore>;
  observation: Observation;
}

export interface TrialScore {
  /** Null where the scorer has nothing to say; such a score counts nowhere. */
  score: number | null;
  passed: boolean | null;
  value?: number;
  comment?: string;
  /** What a judge's model used. */
  usage?: SpanUsage;
  /** What the scorer threw. */
  error?: string;
}
