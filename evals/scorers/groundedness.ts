import { readMarks, toWords, withoutSources } from "./answer-text.ts";
import { configurable } from "./configurable.ts";
import { demandDocuments } from "./demand-documents.ts";
import { refuses } from "./refusal.ts";
import type { ScorerInput } from "./scorer.ts";
import { show } from "./show.ts";

interface GroundednessOptions {
  /** The least score with which a case passes; 1 unless told. */
  passMark: number;
  /** The share of a sentence's words that must be quoted; 0.8 unless told. */
  overlap: number;
}

/**
 * The share of the answer's sentences that are quoted from one piece of evidence: a passage that is cited (in a sentence without a mark, any that was cited
 * or retrieved), what a tool answered, or a calculation of the state. A sentence is quoted where `overlap` of its words stand there in runs of three
 * and more (the coverage of extractive fragments: Grusky, Naaman and Artzi 2018), and so does each of its numbers and negations. This is
 * quoting, not understanding: a true paraphrase counts as unfounded. Sentences of fewer than three words and without a number, and those that refuse, are not scored.
 */
export const groundedness = configurable<GroundednessOptions>(({ passMark, overlap = 0.8 }) => ({
  name: "groundedness",
  kind: "rule",
  ...(passMark !== undefined && { passMark }),
  score({ observation, text }: ScorerInput) {
    const { documents, citations, toolCalls, output } = observation;
    const { findings } = (output ?? {}) as { findings?: { calculation?: unknown }[] };
    const calculations = Array.isArray(findings) ? findings.flatMap(({ calculation }) => calculation ?? []) : [];
    const cited = citations.map(({ number, text: passage }) => ({ number, passage: readRuns(passage) }));
    const retrieved = documents.map((document) => readRuns(document.text));
    // What a model asked a tool is its own word, and no evidence.
    const computed = [...toolCalls.map(({ result }) => result), ...calculations].map((value) =>
      readRuns(valuesOf(value).join(" ")),
    );
    if (cited.length + retrieved.length + computed.length === 0) {
      const comment = "no evidence was seen: start the server with TROUPE_TRACE=true";
      return { score: null, ...(observation.untraced && { comment }) };
    }
    const sentences = splitSentences(withoutSources(text)).filter((sentence) => {
      const words = toWords(sentence);
      return (words.length > 2 || words.some((word) => /\d/.test(word))) && !refuses(sentence);
    });
    if (sentences.length === 0) return { score: null };
    const unfounded = sentences.filter((sentence) => {
      const marks = readMarks(sentence);
      const passages = cited.filter(({ number }) => marks.length === 0 || marks.includes(number));
      const evidence = [
        ...passages.map(({ passage }) => passage),
        ...(marks.length === 0 ? retrieved : []),
        ...computed,
      ];
      const words = toWords(sentence);
      return !evidence.some((piece) => isQuoted(words, piece, overlap));
    });
    if (unfounded.length > 0) demandDocuments(observation);
    const score = 1 - unfounded.length / sentences.length;
    return unfounded.length === 0 ? { score } : { score, comment: `not quoted: ${unfounded.map(show).join("; ")}` };
  },
}));

/** A mark behind the full stop belongs to the sentence before it; the end of a line ends a sentence too. */
const splitSentences = (text: string): string[] =>
  [
    ...sentenceSegmenter.segment(
      text.replaceAll(/^[ \t]*\d{1,2}[.)][ \t]/gm, "").replaceAll(/([.!?]{1,3})((?:\s{0,2}\[[\d,\s–-]+\])+)/g, "$2$1"),
    ),
  ].map(({ segment }) => segment.trim());

const sentenceSegmenter = new Intl.Segmenter("en", { granularity: "sentence" });

interface Runs {
  words: Set<string>;
  threes: Set<string>;
}

function readRuns(text: string): Runs {
  const words = toWords(text);
  return { words: new Set(words), threes: new Set(words.map((_, index) => threeAt(words, index))) };
}

const threeAt = (words: string[], index: number) => `${words[index]} ${words[index + 1]} ${words[index + 2]}`;

function isQuoted(words: string[], { words: known, threes }: Runs, overlap: number): boolean {
  if (words.some((word) => !known.has(word) && (/\d/.test(word) || negations.has(word)))) return false;
  if (words.length < 3) return words.every((word) => known.has(word));
  const starts = words.map((_, index) => index < words.length - 2 && threes.has(threeAt(words, index)));
  const quoted = words.filter((_, index) => starts[index] || starts[index - 1] || starts[index - 2]);
  return quoted.length >= overlap * words.length;
}

const negations = new Set(["not", "no", "never", "none", "nothing", "cannot", "without", "t"]);

/** The texts and numbers in a value, without the names of its fields. */
function valuesOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [value ?? ""];
  return Object.values(value).flatMap(valuesOf);
}
