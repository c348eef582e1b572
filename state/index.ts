export { AssignmentState } from "./assignment.ts";
export { Budget, Spent } from "./budget.ts";
export { CalculationResult, Citation, Finding, Passage } from "./finding.ts";
export { OrchestratorState, Route } from "./orchestrator.ts";
export { Decision, Task, WorkerName } from "./task.ts";
export { Turn } from "./turn.ts";
