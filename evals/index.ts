/** The entry point `troupe/evals`: suites, their cases, and what scores them. Imported in files that vitest runs. */
export { defineSuite } from "./suite/define-suite.ts";
export type { EvalCase, NewEvalCase, PlannedFault, Turn } from "./suite/eval-case.ts";
export type { Observation, ObservedCitation, ObservedDocument, ObservedToolCall } from "./suite/observation.ts";
export { type SimulatedUser, simulateUser } from "./suite/simulate-user.ts";
export type { SuiteOptions, Task } from "./suite/suite-options.ts";
export type { ConfigurableScorer, Score, Scorer, ScorerFunction, ScorerInput } from "./scorers/scorer.ts";
export * from "./scorers/index.ts";
