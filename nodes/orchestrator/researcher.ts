import { createRetriever, openKnowledge } from "../../retrieval/index.ts";
import type { AssignmentState } from "../../state/assignment.ts";
import { Passage } from "../../state/finding.ts";
import type { OrchestratorState } from "../../state/orchestrator.ts";
import { failedFinding } from "./failed-finding.ts";
import { nothingFound } from "./nothing-found.ts";

const passageLimit = 6;
/** Below this a passage shares no more with the question than any text would; it would only distract. */
const leastRelevance = 0.15;

/** Finds the passages of the documents that bear on a task's question. */
export async function researcher({ task }: typeof AssignmentState.State): Promise<typeof OrchestratorState.Update> {
  try {
    const knowledge = await openKnowledge();
    const retriever = createRetriever(knowledge, { limit: passageLimit, context: task.context });
    const chunks = await retriever.invoke(task.question);
    const passages = chunks.map(({ pageContent, metadata }) => Passage.parse({ ...metadata, text: pageContent }));
    const relevant = passages.filter(({ relevance }) => relevance >= leastRelevance);
    const problem = relevant.length > 0 ? undefined : nothingFound;
    return {
      findings: [{ task: task.id, worker: "researcher", question: task.question, passages: relevant, problem }],
    };
  } catch (error) {
    return failedFinding(task, error);
  }
}
