import { readMarks, withoutSources } from "./citations.ts";
import { configurable } from "./configurable.ts";
import { show } from "./exact.ts";
import type { ScorerInput } from "./scorer.ts";

interface GroundednessOptions {
  /** The least score with which a case passes; 1 unless told. */
  passMark: number;
  /** The share of a sentence's words that must stand in its evidence, in their order; 0.8 unless told. */
  overlap: number;
}

/**
 * The share of the answer's sentences whose words stand, in their order, in one piece of evidence: a passage that is cited (or, in
 * a sentence without a mark, any that was retrieved) or what a tool answered. This is quoting, not understanding: a true
 * paraphrase counts as unfounded, and a sentence made of a passage's words that says something else as founded. An answer that
 * refuses has nothing to be scored.
 */
export const groundedness = configurable<GroundednessOptions>(({ passMark, overlap = 0.8 }) => ({
  name: "groundedness",
  kind: "rule",
  ...(passMark !== undefined && { passMark }),
  score({ observation, text }: ScorerInput) {
    const { documents, citations, toolCalls } = observation;
    if (documents.length + citations.length + toolCalls.length === 0) return { score: null };
    // A mark behind the full stop belongs to the sentence before it.
    const sentences = splitSentences(withoutSources(text).replaceAll(/([.!?]+)((?:\s*\[[\d,\s]+\])+)/g, "$2$1")).filter(
      (sentence) => wordsOf(sentence).length > 2,
    );
    if (sentences.length === 0) return { score: null };
    const results = toolCalls.map(({ result }) =>
      typeof result === "string" ? result : (JSON.stringify(result) ?? ""),
    );
    const everything = [...citations, ...documents].map((one) => one.text);
    const unfounded = sentences.filter((sentence) => {
      const marks = readMarks(sentence);
      const cited = citations.filter(({ number }) => marks.includes(number)).map((one) => one.text);
      const evidence = [...(marks.length > 0 ? cited : everything), ...results].map(wordsOf);
      const words = wordsOf(sentence);
      return !evidence.some((passage) => longestRun(words, passage) >= overlap * Math.min(words.length, mostWords));
    });
    const score = 1 - unfounded.length / sentences.length;
    return unfounded.length === 0 ? { score } : { score, comment: `not quoted: ${unfounded.map(show).join("; ")}` };
  },
}));

const splitSentences = (text: string) =>
  text
    .split(/\n+/)
    .flatMap((line) =>
      [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(line)].map(({ segment }) => segment),
    );

const wordsOf = (text: string): string[] =>
  text
    .replaceAll(/\[\d+(?:\s*,\s*\d+)*\]/g, " ")
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** Words beyond these are not compared: two long texts take time by the product of their lengths. */
const mostWords = 400;

/** The length of the longest common subsequence of two lists of words. */
function longestRun(words: readonly string[], passage: readonly string[]): number {
  let row = new Uint16Array(mostWords + 1);
  const short = words.slice(0, mostWords);
  for (const word of passage.slice(0, 20_000)) {
    const next = new Uint16Array(row.length);
    for (const [index, other] of short.entries()) {
      next[index + 1] = word === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!);
    }
    row = next;
  }
  return row[short.length]!;
}
