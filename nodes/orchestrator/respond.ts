import { AIMessage } from "@langchain/core/messages";
import { notInDocuments, selectModel } from "../../models/index.ts";
import { answerPrompt } from "../../prompts/index.ts";
import type { OrchestratorState } from "../../state/orchestrator.ts";
import { citePassages, listSources } from "./cite-passages.ts";
import { collectEvidence } from "./collect-evidence.ts";
import { nothingFound } from "./nothing-found.ts";

/**
 * Writes the turn's answer from what the workers found, with numbered citations and the list of their sources. What
 * needs no words of a model gets none: pure arithmetic is told as it is, and where nothing was found that is said.
 */
export async function respond(state: typeof OrchestratorState.State): Promise<typeof OrchestratorState.Update> {
  const { turns, question, findings, stopped, tasks, spent, budget } = state;
  const { evidence, passages } = collectEvidence(findings);
  if (passages.length === 0 && (stopped || tasks.length > 0)) {
    const calculations = evidence.map(({ text }) => text);
    return { messages: [new AIMessage([...calculations, ...explain(state)].join("\n"))] };
  }
  const timeout = Math.max(1_000, budget.seconds * 1_000 - (Date.now() - spent.started_at));
  const reply = await selectModel("smart").invoke(answerPrompt({ earlier: turns, question, evidence }), { timeout });
  const citations = citePassages(reply.text, passages);
  const text = [reply.text.trim(), stopped, listSources(citations)].filter(Boolean).join("\n\n");
  const { id, usage_metadata, response_metadata } = reply;
  const message = new AIMessage({ id, content: text, usage_metadata, response_metadata });
  return { messages: [message], citations, spent: { tokens: usage_metadata?.total_tokens ?? 0 } };
}

/** What keeps the answer from being whole: a used-up budget, problems, or that the documents hold nothing. */
function explain({ stopped, findings }: typeof OrchestratorState.State): string[] {
  const problems = findings.flatMap(({ problem }) => (problem && problem !== nothingFound ? [problem] : []));
  const searchedInVain = findings.some(({ problem }) => problem === nothingFound);
  return [stopped, searchedInVain && !stopped ? notInDocuments : "", ...new Set(problems)].filter(Boolean);
}
