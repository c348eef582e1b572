import { isGraphBubbleUp } from "@langchain/langgraph";
import { isTroupeError } from "../../errors.ts";
import type { OrchestratorState } from "../../state/orchestrator.ts";
import type { Task } from "../../state/task.ts";

/** The finding of a worker that failed, so that the others' work still makes an answer. What it cannot explain it throws on. */
export function failedFinding(task: Task, error: unknown): typeof OrchestratorState.Update {
  if (isGraphBubbleUp(error) || !isTroupeError(error)) throw error;
  const problem = `${error.message} ${error.hint}`;
  return { findings: [{ task: task.id, worker: task.worker, question: task.question, passages: [], problem }] };
}
