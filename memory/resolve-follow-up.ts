import { leansOnEarlier } from "../models/index.ts";

/** A question with what it leans on; `context` is empty when the question stands alone. */
export interface ResolvedQuestion {
  question: string;
  context: string;
}

const longestAnswer = 400;

/**
 * Sees whether a question leans on the turns before it ("and who do the requests go to?") and gives what it leans on:
 * the last turns, the newest first. Works by rule, on the wording alone, for English.
 */
export function resolveFollowUp(question: string, turns: { question: string; answer: string }[]): ResolvedQuestion {
  const last = turns.at(-1);
  if (!last || !leansOnEarlier(question)) return { question, context: "" };
  const before = leansOnEarlier(last.question) ? turns.at(-2)?.question : undefined;
  const context = [last.question, last.answer.slice(0, longestAnswer), before].filter(Boolean).join("\n");
  return { question, context };
}
