/** The entry point `troupe/state`: the schemas of the graphs. */
export { AssignmentState } from "./assignment.ts";
export { Budget, Spent } from "./budget.ts";
export { Citation } from "./citation.ts";
export { CalculationResult } from "./calculation-result.ts";
export { Finding, Passage } from "./finding.ts";
export { OrchestratorInput, OrchestratorState, Route } from "./orchestrator.ts";
export { Decision, Task, WorkerName } from "./task.ts";
export { Turn } from "./turn.ts";
