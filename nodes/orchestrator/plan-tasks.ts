import { leansOnEarlier } from "../../models/index.ts";
import type { Decision, Task } from "../../state/task.ts";
import { type Calculation, readCalculation, readTotal } from "../../tools/index.ts";
import { routeQuestion } from "./route-question.ts";
import { splitQuestion } from "./split-question.ts";

/** The tasks of a turn, the decisions behind them (also those for no worker at all), and the tokens that planning took. */
export interface Plan {
  tasks: Task[];
  decisions: Decision[];
  tokens: number;
}

/**
 * Turns a message into tasks, one for each question in it. A part that reads as arithmetic goes to the analyst; the
 * numbers that it names ("the annual fee") become lookups for the researcher, and "that" is what the part before found.
 */
export async function planTasks(question: string, context: string): Promise<Plan> {
  const parts = splitQuestion(question);
  const plan: Plan = { tasks: [], decisions: [], tokens: 0 };
  const total = parts.length > 1 ? readTotal(question) : undefined;
  if (total) {
    addCalculation(plan, question, context, total);
    return plan;
  }
  for (const [index, part] of parts.entries()) {
    const said = [context, ...(leansOnEarlier(part) ? parts.slice(0, index) : [])].filter(Boolean).join("\n");
    const calculation = readCalculation(part);
    if (calculation) addCalculation(plan, part, said, calculation);
    else await addQuestion(plan, part, said);
  }
  return plan;
}

function addCalculation(plan: Plan, question: string, context: string, { expression, operands }: Calculation): void {
  const before = plan.tasks.at(-1)?.id;
  const decision: Decision = { step: "rule", confidence: 1, reason: `reads as arithmetic: ${expression}` };
  const sources = operands.map((operand) => {
    if (operand.kind === "earlier") return { name: "that", task: before };
    const lookup = { ...decision, reason: `the calculation needs ${operand.phrase}` };
    const task = add(plan, { worker: "researcher", question: operand.phrase, context, needs: [], decision: lookup });
    return { name: operand.phrase, task };
  });
  const needs = sources.flatMap(({ task }) => task ?? []);
  add(plan, { worker: "analyst", question, context, needs, decision, calculation: { expression, operands: sources } });
}

async function addQuestion(plan: Plan, question: string, context: string): Promise<void> {
  const { destination, decision, tokens } = await routeQuestion(question);
  plan.tokens += tokens;
  if (destination === "respond") plan.decisions.push(decision);
  else add(plan, { worker: destination, question, context, needs: [], decision });
}

function add(plan: Plan, task: Omit<Task, "id">): string {
  const id = String(plan.tasks.length + 1);
  plan.tasks.push({ id, ...task });
  plan.decisions.push(task.decision);
  return id;
}
