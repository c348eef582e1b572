import type { Knowledge, RetrievedChunk } from "../../retrieval/knowledge.ts";
import { relevanceThreshold } from "../../retrieval/relevance.ts";
import type { SpanQuestion } from "./collections.ts";

/** How well the relevance of the best chunk parts questions that the documents answer from those that they do not. */
export interface Refusal {
  AUC: number;
  "best threshold": number;
  "refused rightly there": number;
  "refused wrongly there": number;
  "refused rightly at ours": number;
  "refused wrongly at ours": number;
}

/** Whether a chunk holds the begin, middle or end of a passage that answers. */
export function isAnswer({ pageContent }: Pick<RetrievedChunk, "pageContent">, { spans }: SpanQuestion): boolean {
  const text = flat(pageContent);
  return spans.some((span) => {
    const passage = flat(span);
    const middle = Math.max(0, (passage.length >> 1) - 30);
    return [passage.slice(0, 60), passage.slice(middle, middle + 60), passage.slice(-60)].some((part) =>
      text.includes(part),
    );
  });
}

const flat = (text: string) => text.replace(/\s+/g, " ");

/** The relevance of the best chunk for each question; `drop` says which chunks are taken away first. */
export async function bestRelevance(
  questions: SpanQuestion[],
  knowledgeOf: (question: SpanQuestion) => Knowledge,
  drop: (chunk: RetrievedChunk, question: SpanQuestion) => boolean = () => false,
): Promise<number[]> {
  const all: number[] = [];
  for (const question of questions) {
    const chunks = await knowledgeOf(question).search(question.text, { limit: 20 });
    all.push(chunks.find((chunk) => !drop(chunk, question))?.metadata.relevance ?? 0);
  }
  return all;
}

/** Compares the relevance for questions that have an answer with that for questions that have none. */
export function measureRefusal(answered: number[], unanswered: number[]): Refusal {
  const below = (values: number[], threshold: number) =>
    values.filter((value) => value < threshold).length / values.length;
  const thresholds = Array.from({ length: 101 }, (_, index) => index / 100);
  const gap = (threshold: number) => below(unanswered, threshold) - below(answered, threshold);
  const best = thresholds.reduce((one, other) => (gap(other) > gap(one) ? other : one));
  const wins = answered.map((one) => sum(unanswered.map((other) => (one > other ? 1 : one === other ? 0.5 : 0))));
  return {
    AUC: sum(wins) / answered.length / unanswered.length,
    "best threshold": best,
    "refused rightly there": below(unanswered, best),
    "refused wrongly there": below(answered, best),
    "refused rightly at ours": below(unanswered, relevanceThreshold),
    "refused wrongly at ours": below(answered, relevanceThreshold),
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
