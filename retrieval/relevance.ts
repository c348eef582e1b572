import type { Question } from "./read-question.ts";
import { terms } from "./tokenize.ts";

/**
 * From which relevance of the best chunk on an answer is worth trying.
 *
 * Measured on 472 questions over five files, found by words alone: of the questions whose file was not there 95 %
 * stay below it, of those whose answer was there 4 % (AUC .991; .41 would be 97 % and 5.5 %). When only the passages
 * that answer are taken away and the rest of their file stays, 23 % stay below it (AUC .738): whoever answers
 * must still read what was found. `npm run bench -- retrieval` measures it anew.
 */
export const relevanceThreshold = 0.38;

/** How many sentences next to each other are read as one statement. */
const statement = 2;

/**
 * How much of a question a passage covers, from 0 to 1: the share of the question's terms that it has, each
 * counted by its rarity in all documents, half of it in the passage as a whole and half in its best statement.
 * Headings count for every statement. A term that no document has weighs most, so that a passage
 * about the right thing that lacks what is asked of it stays low.
 */
export function relevance(question: Question, passage: { text: string; heading_path: string[] }): number {
  const headings = terms(passage.heading_path.join("\n"));
  const sentences = sentencesOf(passage.text).map(terms);
  const whole = coverage(question, [headings, ...sentences]);
  let best = 0;
  for (let first = 0; first === 0 || first + statement <= sentences.length; first++) {
    best = Math.max(best, coverage(question, [headings, ...sentences.slice(first, first + statement)]));
  }
  return (whole + best) / 2;
}

function coverage({ content }: Question, texts: string[][]): number {
  const present = new Set(texts.flat());
  let covered = 0;
  let all = 0;
  for (const [term, weight] of content) {
    all += weight;
    if (present.has(term)) covered += weight;
  }
  return all > 0 ? covered / all : 0;
}

/** Lines of a wrapped paragraph belong together; items of a list and rows of a table do not. */
const sentencesOf = (text: string) =>
  text.split(/(?<=[.!?。！？]["')\]]*)\s+|\n{2,}|\n(?!\p{Ll}[^|\n]*$)/mu).filter(Boolean);
