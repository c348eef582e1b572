import { stemmer } from "stemmer";
import { isStopWord } from "./stop-words.ts";

/** A word of a text where it stands, with the index terms that it gives. */
export interface Token {
  /** The word as written, lower case, without accents. */
  word: string;
  /** What the index knows it by: its stem; for a compound (`readConfig`, `thread_id`, `gpt-4.1`) the whole and its parts. */
  terms: string[];
}

const wordPattern = /[\p{L}\p{N}]+(?:['’._/:@-]+[\p{L}\p{N}]+)*(?:\+\+|#)?/gu;
const humpPattern = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{Lu}+|\p{N}+/gu;
const unspacedScript = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Every word of a text in order, stop words left out. */
export function* tokenize(text: string): Generator<Token, void> {
  for (const [match] of fold(text).matchAll(wordPattern)) {
    const written = match.replace(/['’]s?$/u, "").replace(/['’]s(?=[^\p{L}])/gu, "");
    const word = written.toLowerCase();
    if (isStopWord(word)) continue;
    yield { word, terms: unspacedScript.test(word) ? pairs(word) : termsOf(written, word) };
  }
}

/** The index terms of a text in order, with repetitions. */
export function terms(text: string): string[] {
  const all: string[] = [];
  for (const token of tokenize(text)) all.push(...token.terms);
  return all;
}

function termsOf(written: string, word: string): string[] {
  if (/^\p{Ll}+$/u.test(written)) return [stem(word)];
  // "1.5.0", "2024-05-01" and "10:30" mean something only as a whole.
  if (/^[\p{N}._/:@-]+$/u.test(word)) return [word];
  const found = new Set([stem(word)]);
  for (const segment of written.split(/[._/:@-]+/)) {
    for (const part of [segment, ...(segment.match(humpPattern) ?? [])]) {
      const lower = part.toLowerCase();
      if (lower.length > 1 && !isStopWord(lower)) found.add(stem(lower));
    }
  }
  return [...found];
}

function stem(word: string): string {
  return stems.get(word) ?? remember(word);
}

// Stemming was half of the time of an ingest; the words of one collection repeat.
const stems = new Map<string, string>();

function remember(word: string): string {
  if (stems.size >= 50_000) stems.clear();
  const result = /^[a-z]+$/.test(word) ? stemmer(word) : word;
  stems.set(word, result);
  return result;
}

/** Chinese, Japanese and Thai are written without spaces: pairs of neighbours stand for words. */
function pairs(word: string): string[] {
  const letters = Array.from(word);
  if (letters.length < 2) return letters;
  return letters.slice(1).map((letter, index) => letters[index]! + letter);
}

function fold(text: string): string {
  // oxlint-disable-next-line no-control-regex -- plain ASCII, by far the most, needs no folding
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
}
