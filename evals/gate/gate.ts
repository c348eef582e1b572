import type { Observation } from "../suite/observation.ts";

/** What a baseline keeps of a case, one line each: enough to say what changed. */
export interface BaselineCase {
  suite: string;
  id: string;
  trials: number;
  pass_rate: number;
  /** Whether it is known that a trial more could not differ. */
  deterministic: boolean;
  /** Whether its trials differ. */
  varies: boolean;
  /** Whether a trial more might differ for a call that left this machine, or because any might have. */
  live: boolean;
  /** Of its input, expectation, faults and cassette. */
  fingerprint?: string;
  scores: Record<string, number>;
  values: Record<string, number>;
  /** Of the first trial, for the diff: the answer in short, and the names of what was called. */
  text: string;
  nodes: string[];
  tools: string[];
  documents: string[];
  route?: Observation["route"];
  error?: string;
}

/** Where a suite stands, and what it demands of its cases. */
export interface SuiteDemands {
  /** Relative to the working directory. */
  file?: string;
  threshold: Record<string, number>;
  /** By scorer. */
  pass_marks: Record<string, number>;
}

/** A baseline: what `--update-baseline` accepted. */
export interface Baseline {
  run_id: string;
  models: { fast: string; smart: string; embed: string | null };
  /** By suite. */
  demands: Record<string, SuiteDemands>;
  cases: BaselineCase[];
}

/** One reason for the gate to fail, or something to know that does not make it fail. */
export interface GateFinding {
  level: "failure" | "notice";
  kind:
    | "regression"
    | "threshold"
    | "suite_failed"
    /** All trials of a suite ended in an error that no case expects. */
    | "only_errors"
    /** A scorer threw in every trial of a case. */
    | "scorer_threw"
    | "incomplete"
    | "case_missing"
    | "case_new"
    /** Its input, expectation, faults or cassette are not what they were. */
    | "case_changed"
    /** A threshold or a pass mark of a suite is lower than it was. */
    | "demand_lower"
    | "improvement"
    /** It got worse, by no more than chance allows. */
    | "uncertain"
    /** Scorers judged cases of the baseline and have nothing to say of them any more, so that they may pass for want of it. */
    | "scorer_missing"
    /** The mean of a scorer fell, though no case fails by it. */
    | "score_fell"
    /** No scorer has anything to say of cases, so that they pass whatever they answer. */
    | "unjudged"
    /** A scorer has nothing to say of any case of its suite. */
    | "scorer_silent"
    /** Cases expect something that no scorer reads. */
    | "expectation_unread"
    /** Cases want a tool approved that none of their suite calls. */
    | "approval_unmet"
    /** A fault that cases plan met no call. */
    | "fault_unmet"
    /** Calls of the cassettes of cases were not made. */
    | "recording_unused"
    /** Why the run is not held against the baseline. */
    | "baseline";
  suite: string;
  /** The case, where it is of one. */
  id?: string;
  scorer?: string;
  /** One sentence for people, with the figures. */
  message: string;
}

/** What the gate says of a run. */
export interface Gate {
  passed: boolean;
  /** Whether there was a threshold, or a case in a baseline of the same models, to hold the run against. */
  held: boolean;
  findings: GateFinding[];
}

/** What was asked to run: everything, whole suites, or some cases of suites. */
export type RunScope = "all" | "suites" | "cases";
