import { notInDocuments, quoteAnswer } from "./quote-answer.ts";
import type { Conversation } from "./read-conversation.ts";

/** What the embedded model says to a task that it has no skill for. */
export const realModelNeeded =
  "The embedded model only quotes documents, reports calculations, classifies and picks tools; this needs a real model. " +
  "Set OPENAI_API_KEY or ANTHROPIC_API_KEY, or MODEL_SMART=provider:model, and ask again.";

/**
 * Answers from what the turn holds: quotes from its passages with their `[id]`, then its calculations and findings as
 * they are, then what tools returned. With none of it there is nothing to answer from, and it says so.
 */
export function answerQuestion({ question, earlier, blocks, results }: Conversation): string {
  const passages = blocks.filter(({ kind }) => kind === "passage");
  const reports = blocks.filter(({ kind }) => kind !== "passage");
  const reported = reports.map(({ text }) => text);
  if (!passages.length) return [...reported, ...results].join("\n") || realModelNeeded;

  const answered = new Set(reports.filter(({ kind }) => kind === "calculation").map((report) => report.question));
  const asked = new Set([...passages.map((passage) => passage.question ?? ""), question]);
  const questions = [...asked].filter((one) => one && !answered.has(one));
  const quotes = quoteAnswer(questions, passages, earlier).map(({ text, id }) => (id ? `${text} [${id}]` : text));
  // A report that cites a passage has already said what the documents hold.
  if (!quotes.length && !reported.some((text) => /\[\d+\]/.test(text))) quotes.push(notInDocuments);
  return [...quotes, ...reported, ...results].join("\n");
}
