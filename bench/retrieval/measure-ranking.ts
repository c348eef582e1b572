import { indexPassage } from "../../retrieval/index-passage.ts";
import { searchChunks } from "../../retrieval/search.ts";
import type { KnowledgeStorage } from "../../storage/documents.ts";
import type { Collection } from "./collections.ts";

/** How well a collection is ranked: nDCG@10, recall at three depths, and milliseconds a question. */
export interface Ranking {
  "nDCG@10": number;
  "recall@5": number;
  "recall@10": number;
  "recall@20": number;
  "ms/question": number;
}

/** Stores each document of a collection as one chunk, and answers which chunk is which document. */
export async function storeCollection(
  storage: KnowledgeStorage,
  { documents }: Collection,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  async function* chunks() {
    for (const [index, { id, heading, text }] of documents.entries()) {
      const passage = { text, heading_path: heading ? [heading] : [], line_start: 1, line_end: 1 };
      const chunk = indexPassage(passage, "", index);
      ids.set(chunk.chunk_id, id);
      yield chunk;
    }
  }
  await storage.documents.put({ path: "/collection", source: "collection", content_hash: "" }, chunks());
  return ids;
}

/** Asks all questions of a collection, each changed by `rewrite` before. */
export async function measureRanking(
  storage: KnowledgeStorage,
  ids: Map<string, string>,
  { questions }: Collection,
  rewrite: (question: string) => string = (question) => question,
): Promise<Ranking> {
  const sums = { gain: 0, 5: 0, 10: 0, 20: 0 };
  const began = performance.now();
  for (const { text, answers } of questions) {
    const found = (await searchChunks(storage, rewrite(text), { limit: 20 })).map(({ id }) => ids.get(id!)!);
    const ideal = [...answers.values()].toSorted((one, other) => other - one);
    sums.gain += gain(found.map((id) => answers.get(id) ?? 0)) / gain(ideal);
    for (const depth of [5, 10, 20] as const) {
      sums[depth] += found.slice(0, depth).filter((id) => answers.has(id)).length / answers.size;
    }
  }
  const spent = performance.now() - began;
  return {
    "nDCG@10": sums.gain / questions.length,
    "recall@5": sums[5] / questions.length,
    "recall@10": sums[10] / questions.length,
    "recall@20": sums[20] / questions.length,
    "ms/question": spent / questions.length,
  };
}

const gain = (grades: number[]) =>
  grades.slice(0, 10).reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0);

/** Misspells half of the words of five letters and more by one slip each, the same way at every run. */
export function createMisspeller(): (text: string) => string {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  const slip = (word: string) => {
    const at = 1 + random(word.length - 2);
    const letter = "abcdefghijklmnopqrstuvwxyz"[random(26)]!;
    const [before, after] = [word.slice(0, at), word.slice(at + 1)];
    return [
      before + after,
      before + letter + word[at]! + after,
      before + letter + after,
      before + after[0]! + word[at]! + after.slice(1),
    ][random(4)]!;
  };
  return (text) => text.replace(/[a-z]{5,}/gi, (word) => (random(2) === 0 ? slip(word) : word));
}
