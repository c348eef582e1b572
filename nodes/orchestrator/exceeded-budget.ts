import type { Budget, Spent } from "../../state/budget.ts";

/** The sentence that says which part of the budget is used up; empty while there is some of each. */
export function exceededBudget({ budget, spent }: { budget: Budget; spent: Spent }): string {
  const seconds = (Date.now() - spent.started_at) / 1000;
  if (spent.steps >= budget.steps) return stopped(`${spent.steps} of ${budget.steps} steps`);
  if (spent.tokens >= budget.tokens) return stopped(`${spent.tokens} of ${budget.tokens} tokens`);
  if (seconds >= budget.seconds) return stopped(`${Math.round(seconds)} of ${budget.seconds} seconds`);
  return "";
}

const stopped = (used: string) => `Stopped after ${used}; a larger "budget" in the input allows more.`;
