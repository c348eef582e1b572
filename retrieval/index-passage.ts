import { hash } from "node:crypto";
import { basename, extname } from "node:path";
import type { NewChunk } from "../storage/documents.ts";
import type { Passage } from "./split.ts";
import { tokenize } from "./tokenize.ts";

/**
 * What the index keeps of a passage. The words of its headings and of the file's name count as if they stood in
 * it. `occurrence` tells passages of one document apart that read the same: the id depends on what a passage
 * says and not on its line, so that an edit further up changes no other chunk's id.
 */
export function indexPassage(passage: Passage, path: string, occurrence: number): NewChunk {
  const terms = new Map<string, number>();
  const words = new Map<string, number>();
  let length = 0;
  const name = basename(path, extname(path));
  for (const token of tokenize([passage.text, ...passage.heading_path, name].join("\n"))) {
    for (const term of token.terms) terms.set(term, (terms.get(term) ?? 0) + 1);
    length += token.terms.length;
    if (isSpellable(token.word)) words.set(token.word, (words.get(token.word) ?? 0) + 1);
  }
  const embedded = toEmbed(passage);
  return {
    ...passage,
    chunk_id: hash("sha256", JSON.stringify([path, embedded, passage.page, occurrence])).slice(0, 32),
    terms: Object.fromEntries(terms),
    words: Object.fromEntries(words),
    length,
    embedding_hash: hash("sha256", embedded),
  };
}

/** The text that stands for a chunk where it is embedded: a passage says more under its headings. */
export const toEmbed = ({ heading_path, text }: Pick<Passage, "heading_path" | "text">): string =>
  [heading_path.join(" > "), text].filter(Boolean).join("\n\n");

/** Words that a person may misspell; identifiers and numbers are not corrected. */
const isSpellable = (word: string) => word.length >= 4 && word.length <= 30 && /^\p{L}+$/u.test(word);
