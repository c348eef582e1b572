import { isGraphBubbleUp } from "@langchain/langgraph";
import type { Decision } from "../../state/task.ts";
import { readNumberWords } from "../../tools/index.ts";
import { chooseByModel } from "./choose-by-model.ts";
import { rankDestinations } from "./rank-destinations.ts";
import type { Destination } from "./workers.ts";

/** Where a question goes, how that was decided, and the tokens that deciding took. */
export interface RoutedQuestion {
  destination: Destination;
  decision: Decision;
  tokens: number;
}

const namesDocuments =
  /\b(?:according to|documents?|documentation|docs|manual|handbook|guide|guideline|policy|readme|spec(?:ification)?|knowledge base|faq)\b/i;

/** How far the nearest destination must be ahead of the next, as a share of its score, for similarity to decide. */
const margin = 0.35;

/** Nothing can be computed from fewer than two numbers; those of a calculation that reads as one are found before. */
const countNumbers = (question: string) => readNumberWords(question).match(/\d+(?:[.,]\d+)*/g)?.length ?? 0;

/**
 * Decides by a cascade, the cheapest step first: a rule where the wording leaves no doubt, else similarity to the
 * destinations' examples where one is clearly ahead, else the fast model. Where that fails, the nearest is taken.
 */
export async function routeQuestion(question: string): Promise<RoutedQuestion> {
  const named = namesDocuments.exec(question)?.[0];
  if (named) return route("researcher", "rule", 0.95, `the question asks for what is written ("${named}")`);
  const ranking = await rankDestinations(question);
  const candidates = ranking.filter(({ destination }) => destination !== "analyst" || countNumbers(question) > 1);
  const [first, second] = candidates;
  const lead = first && second && first.score > 0 ? 1 - second.score / first.score : 0;
  if (first && second && lead >= margin) {
    const reason = `nearest to the examples of ${first.destination}, then of ${second.destination}`;
    return route(first.destination, "similarity", lead, reason);
  }
  try {
    const { destination, confidence, reason, tokens } = await chooseByModel(
      question,
      candidates.map(({ destination: name }) => name),
    );
    return { ...route(destination, "model", confidence, reason), tokens };
  } catch (error) {
    if (isGraphBubbleUp(error)) throw error;
    const destination = first && first.score > 0 ? first.destination : "researcher";
    return route(destination, "similarity", lead, `the model could not be asked: ${(error as Error).message}`);
  }
}

function route(destination: Destination, step: Decision["step"], confidence: number, reason: string): RoutedQuestion {
  return { destination, decision: { step, confidence: Math.round(confidence * 100) / 100, reason }, tokens: 0 };
}
