import { Command, Send } from "@langchain/langgraph";
import type { AssignmentState } from "../../state/assignment.ts";
import type { OrchestratorState } from "../../state/orchestrator.ts";
import type { Task } from "../../state/task.ts";
import { exceededBudget } from "./exceeded-budget.ts";
import { planTasks } from "./plan-tasks.ts";

/**
 * Plans the turn on its first round, then sends every task whose needs are met to its worker, several at once where
 * they do not wait for each other; a task that its worker could not do is given to the other where that may help.
 * Ends with the answer when nothing is left to do or the budget is used up.
 */
export async function supervise(state: typeof OrchestratorState.State): Promise<Command> {
  const stopped = exceededBudget(state);
  if (stopped) return new Command({ goto: "respond", update: { stopped } });
  const plan = state.route ? replan(state) : await begin(state);
  const ready = plan.tasks.filter((task) => !isDone(task, state) && task.needs.every((id) => isDone({ id }, state)));
  const update = { ...plan, spent: { steps: 1, ...plan.spent } };
  if (ready.length === 0) return new Command({ goto: "respond", update });
  return new Command({ update, goto: ready.map((task) => new Send(task.worker, assign(task, state))) });
}

const isDone = ({ id }: { id: string }, { findings }: typeof OrchestratorState.State) =>
  findings.some(({ task }) => task === id);

async function begin({ question, context }: typeof OrchestratorState.State) {
  const { tasks, decisions, tokens } = await planTasks(question, context);
  const [first] = decisions.toSorted((a, b) => a.confidence - b.confidence);
  const reason = [...new Set(decisions.map((decision) => decision.reason))].join("; ");
  const route = first && { ...first, reason, workers: [...new Set(tasks.map(({ worker }) => worker))] };
  return { tasks, route, spent: { tokens } };
}

/** What the analyst found no arithmetic in may still stand in the documents. */
function replan({ tasks, findings }: typeof OrchestratorState.State) {
  const asked = new Set(tasks.filter(({ worker }) => worker === "researcher").map(({ question }) => question));
  const retried = tasks.filter(
    ({ id, worker, question, calculation }) =>
      worker === "analyst" &&
      !calculation &&
      !asked.has(question) &&
      findings.some(({ task, problem }) => task === id && problem),
  );
  const more = retried.map((task, index): Task => ({
    ...task,
    id: String(tasks.length + index + 1),
    worker: "researcher",
    decision: { step: "rule", confidence: 0.5, reason: "the analyst could not calculate it" },
  }));
  return { tasks: [...tasks, ...more], spent: {} };
}

const assign = (task: Task, { findings, turns }: typeof OrchestratorState.State): typeof AssignmentState.State => ({
  task,
  needed: findings.filter((finding) => task.needs.includes(finding.task)),
  earlier: turns.at(-1)?.quantities ?? [],
});
