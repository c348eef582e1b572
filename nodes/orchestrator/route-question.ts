import { isGraphBubbleUp } from "@langchain/langgraph";
import { isEmbedded, selectModel } from "../../models/index.ts";
import type { Decision } from "../../state/task.ts";
import { readNumberWords } from "../../tools/index.ts";
import { chooseByModel } from "./choose-by-model.ts";
import { isSmallTalk } from "./is-small-talk.ts";
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

/**
 * Decides by a cascade, the cheapest step first: a rule where the wording leaves no doubt, else similarity to the
 * destinations' examples where one is clearly ahead, else the fast model. Where that fails, the researcher looks.
 */
export async function routeQuestion(question: string): Promise<RoutedQuestion> {
  const named = namesDocuments.exec(question)?.[0];
  if (named) return route("researcher", "rule", 0.95, `the question asks for what is written ("${named}")`);
  if (isSmallTalk(question)) return route("respond", "rule", 0.95, "the message is small talk");
  const candidates = selectCandidates(question);
  const [first, second] = await rankDestinations(question, candidates);
  if (!first || !second)
    return route("researcher", "rule", 0.9, "a question with nothing in it to calculate is for the documents");
  const lead = first.score > 0 ? 1 - second.score / first.score : 0;
  if (lead >= margin) {
    const reason = `nearest to the examples of ${first.destination}, then of ${second.destination}`;
    return route(first.destination, "similarity", lead, reason);
  }
  try {
    const { tokens, destination, confidence, reason } = await chooseByModel(question, candidates);
    return { ...route(destination, "model", confidence, reason), tokens };
  } catch (error) {
    if (isGraphBubbleUp(error)) throw error;
    return route(
      "researcher",
      "rule",
      0.5,
      `the documents come first where the model fails: ${(error as Error).message}`,
    );
  }
}

/** The analyst needs two numbers; an open conversation needs a real model. */
function selectCandidates(question: string): Destination[] {
  const numbers = readNumberWords(question).match(/\d+(?:[.,]\d+)*/g)?.length ?? 0;
  const analyst: Destination[] = numbers > 1 ? ["analyst"] : [];
  return isEmbedded(selectModel("smart")) ? ["researcher", ...analyst] : ["researcher", ...analyst, "respond"];
}

function route(destination: Destination, step: Decision["step"], confidence: number, reason: string): RoutedQuestion {
  return { destination, decision: { step, confidence: Math.round(confidence * 100) / 100, reason }, tokens: 0 };
}
