import { isEmbedded, selectModel } from "../../models/index.ts";
import { readNumberWords } from "../../tools/index.ts";
import type { Destination } from "./destinations.ts";
import { isSmallTalk } from "./is-small-talk.ts";

const namesDocuments =
  /\b(?:according to|documents?|documentation|docs|manual|handbook|guide|guideline|policy|readme|spec(?:ification)?|knowledge base|faq)\b/i;

/** Where the wording of a question leaves no doubt; undefined where it does. */
export function routeByRule(
  question: string,
): { destination: Destination; confidence: number; reason: string } | undefined {
  const named = namesDocuments.exec(question)?.[0];
  if (named) return { destination: "researcher", confidence: 0.95, reason: `it asks for what is written ("${named}")` };
  if (isSmallTalk(question)) return { destination: "respond", confidence: 0.95, reason: "it is small talk" };
  if (selectCandidates(question).length > 1) return undefined;
  return {
    destination: "researcher",
    confidence: 0.9,
    reason: "it holds nothing to calculate, so the documents may answer it",
  };
}

/** Who could take a question at all: the analyst needs two numbers, an open conversation a real model. */
export function selectCandidates(question: string): Destination[] {
  const numbers = readNumberWords(question).match(/\d+(?:[.,]\d+)*/g)?.length ?? 0;
  const analyst: Destination[] = numbers > 1 ? ["analyst"] : [];
  return isEmbedded(selectModel("smart")) ? ["researcher", ...analyst] : ["researcher", ...analyst, "respond"];
}
