/** What `troupe eval` tells its workers; `undefined` under a vitest without its reporter, where nothing is written. */
export interface ProvidedRun {
  /** The run's folder. */
  folder: string;
  /** In place of what the suites say. */
  repeat?: number;
  concurrency?: number;
}

declare module "vitest" {
  interface ProvidedContext {
    evalRun?: ProvidedRun;
  }
}
