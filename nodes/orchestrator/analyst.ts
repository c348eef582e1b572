import type { AIMessage } from "@langchain/core/messages";
import { selectModel } from "../../models/index.ts";
import { expressionPrompt } from "../../prompts/index.ts";
import type { AssignmentState } from "../../state/assignment.ts";
import type { Finding } from "../../state/finding.ts";
import type { OrchestratorState } from "../../state/orchestrator.ts";
import type { Task } from "../../state/task.ts";
import { compute } from "./compute.ts";
import { failedFinding } from "./failed-finding.ts";
import { findOperands } from "./find-operands.ts";

type Update = typeof OrchestratorState.Update;

/** Computes a task's arithmetic exactly: a rule reads it, or a model writes the expression; no model ever computes. */
export async function analyst({ task, needed, earlier }: typeof AssignmentState.State): Promise<Update> {
  try {
    if (!task.calculation) return await analyseWithModel(task);
    const operands = findOperands(task, needed, earlier);
    const missing = operands.find(({ value }) => !value);
    if (missing) return report(task, { problem: `No number was found for "${missing.name}".` });
    return report(task, { calculation: compute(task.calculation.expression, operands) });
  } catch (error) {
    return failedFinding(task, error);
  }
}

async function analyseWithModel(task: Task): Promise<Update> {
  const { messages, schema } = expressionPrompt(task.question, task.context);
  const model = selectModel("fast").withStructuredOutput(schema, { includeRaw: true, name: "write_expression" });
  const { parsed, raw } = await model.invoke(messages, { tags: ["langsmith:nostream"] });
  const tokens = (raw as AIMessage).usage_metadata?.total_tokens ?? 0;
  const found = parsed.expression
    ? { calculation: compute(parsed.expression, []) }
    : { problem: "The question leaves out a number." };
  return { ...report(task, found), spent: { tokens } };
}

const report = (task: Task, found: Pick<Finding, "calculation" | "problem">): Update => ({
  findings: [{ task: task.id, worker: "analyst", question: task.question, passages: [], ...found }],
});
