import { Overwrite } from "@langchain/langgraph";
import type { OrchestratorState } from "../../state/orchestrator.ts";

const longestQuestion = 8_000;

/** Begins a turn: clears what the last one left, starts the budget's clock, and refuses a message that asks nothing or too much. */
export function guard({ messages }: typeof OrchestratorState.State): typeof OrchestratorState.Update {
  const last = messages.at(-1);
  const question = last?.type === "human" ? last.text.trim() : "";
  return {
    question,
    context: "",
    stopped: refuse(question),
    tasks: [],
    route: null,
    citations: [],
    findings: new Overwrite([]),
    spent: new Overwrite({ started_at: Date.now(), steps: 0, tokens: 0 }),
  };
}

function refuse(question: string): string {
  if (!question) return "There is no question: the last message must be a person's and hold text.";
  if (question.length <= longestQuestion) return "";
  return `The question is ${question.length} characters long, and ${longestQuestion} is the most. Ask it shorter, or ingest the long text and ask about it.`;
}

/** Routes a refused turn straight to its answer. */
export function admit({ stopped }: typeof OrchestratorState.State): "recall" | "respond" {
  return stopped ? "respond" : "recall";
}
