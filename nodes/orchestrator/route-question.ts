import { isGraphBubbleUp } from "@langchain/langgraph";
import type { Decision } from "../../state/task.ts";
import { chooseByModel } from "./choose-by-model.ts";
import type { Destination } from "./destinations.ts";
import { rankDestinations } from "./rank-destinations.ts";
import { routeByRule, selectCandidates } from "./route-by-rule.ts";

/** Where a question goes, how that was decided, and the tokens that deciding took. */
export interface RoutedQuestion {
  destination: Destination;
  decision: Decision;
  tokens: number;
}

/** How far the nearest destination must be ahead of the next, as a share of its score, for similarity to decide. */
const margin = 0.35;

/**
 * Decides by a cascade, the cheapest step first: a rule where the wording leaves no doubt, else similarity to the
 * destinations' examples where one is clearly ahead, else the fast model. Where that fails, the researcher looks.
 */
export async function routeQuestion(question: string): Promise<RoutedQuestion> {
  const ruled = routeByRule(question);
  if (ruled) return route({ ...ruled, step: "rule" });
  const candidates = selectCandidates(question);
  const [first, second] = await rankDestinations(question, candidates);
  const lead = first && second && first.score > 0 ? 1 - second.score / first.score : 0;
  if (first && second && lead >= margin) {
    const reason = `nearest to the examples of ${first.destination}, then of ${second.destination}`;
    return route({ destination: first.destination, step: "similarity", confidence: lead, reason });
  }
  try {
    return route({ ...(await chooseByModel(question, candidates)), step: "model" });
  } catch (error) {
    if (isGraphBubbleUp(error)) throw error;
    const reason = `the documents come first where the model fails: ${(error as Error).message}`;
    return route({ destination: "researcher", step: "rule", confidence: 0.5, reason });
  }
}

function route(decided: Decision & { destination: Destination; tokens?: number }): RoutedQuestion {
  const { destination, step, confidence, reason, tokens = 0 } = decided;
  return { destination, decision: { step, confidence: Math.round(confidence * 100) / 100, reason }, tokens };
}
