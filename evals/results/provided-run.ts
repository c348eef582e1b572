/** Which cases of the suites are run, all of them without it. */
export interface CaseFilter {
  /** A part of `<suite> <id>`. */
  case?: string;
  /** Of which a case has one. */
  tag?: string[];
  /** How many of each suite, the first of those. */
  limit?: number;
}

/** What `troupe eval` tells its workers; `undefined` under a vitest without its reporter, where nothing is written. */
export interface ProvidedRun {
  /** The run's folder. */
  folder: string;
  /** In place of what the suites say. */
  repeat?: number;
  concurrency?: number;
  filter?: CaseFilter;
  /** By suites, the ids of the cases that the baseline is sure to have passed. */
  passing?: Record<string, string[]>;
}

/** What a case that has ended tells the table of progress. */
export interface CaseFigures {
  /** Mean score by scorer. */
  scores: Record<string, number>;
  total_tokens: number;
  /** Dollars; null where a price is not known. */
  cost: number | null;
}

declare module "vitest" {
  interface TaskMeta {
    evalCase?: CaseFigures;
  }
  interface ProvidedContext {
    evalRun?: ProvidedRun;
  }
}
