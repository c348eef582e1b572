import { isTroupeError } from "../../errors.ts";
import { resolveFollowUp } from "../../memory/index.ts";
import { isEmbedded, selectModel } from "../../models/index.ts";
import { rewritePrompt } from "../../prompts/index.ts";
import type { OrchestratorState } from "../../state/orchestrator.ts";

/**
 * Makes a follow-up question stand alone. A rule sees whether it leans on earlier turns and gives their text as context;
 * a real model then rewrites the question, while without one the context goes along to the search.
 */
export async function recall({
  question,
  turns,
}: typeof OrchestratorState.State): Promise<typeof OrchestratorState.Update> {
  const resolved = resolveFollowUp(question, turns);
  const model = selectModel("fast");
  if (!resolved.context || isEmbedded(model)) return resolved;
  try {
    const rewritten = await model.invoke(rewritePrompt(resolved), { tags: ["langsmith:nostream"] });
    const tokens = rewritten.usage_metadata?.total_tokens ?? 0;
    return { ...resolved, question: rewritten.text.trim() || question, spent: { tokens } };
  } catch (error) {
    // Where the model fails, the search still has the context.
    if (isTroupeError(error)) return resolved;
    throw error;
  }
}
