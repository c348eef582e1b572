import type { OrchestratorState } from "../../state/orchestrator.ts";
import { findQuantities } from "../../tools/index.ts";
import { withoutSources } from "./cite-passages.ts";

const turnsKept = 6;
const longestAnswer = 1_000;

/** Keeps the turn in short for the questions that follow. A refused turn is not worth remembering. */
export function remember({
  question,
  messages,
  findings,
  route,
  turns,
}: typeof OrchestratorState.State): typeof OrchestratorState.Update {
  if (!route) return {};
  const answer = withoutSources(messages.at(-1)?.text ?? "");
  const results = findings.flatMap(({ calculation }) => calculation?.result ?? []);
  const quantities = [...results.toReversed(), ...findQuantities(answer).map(({ value }) => value)];
  const turn = { question, answer: answer.slice(0, longestAnswer), quantities: quantities.slice(0, 5) };
  return { turns: [...turns, turn].slice(-turnsKept) };
}
