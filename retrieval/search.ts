import { Document } from "@langchain/core/documents";
import type { KnowledgeStorage } from "../storage/documents.ts";
import type { ChunkMetadata, RetrievedChunk, SearchOptions } from "./knowledge.ts";
import type { Vectors } from "./open-vectors.ts";
import { readQuestion } from "./read-question.ts";
import { relevance } from "./relevance.ts";

/** How many chunks each way of searching puts forward. */
const candidates = 50;

/** Cormack, Clarke and Büttcher 2009: what keeps the first ranks from drowning all others. */
const fusionConstant = 60;

type Ranked = Pick<ChunkMetadata, "id" | "score" | "found_by"> & { similarity?: number };

/** Finds the chunks that answer a question best, by words and, where there are vectors, by meaning. */
export async function searchChunks(
  storage: KnowledgeStorage,
  query: string,
  { limit = 6, context }: SearchOptions,
  vectors?: Vectors,
): Promise<RetrievedChunk[]> {
  const question = await readQuestion(storage.documents, query, context);
  const byWords = await storage.documents.search(question.terms, candidates);
  const lexical = byWords.map(({ chunk_id, score }): Ranked => ({ id: chunk_id, score, found_by: ["bm25"] }));
  const ranked = vectors ? fuse(lexical, await searchVectors(storage, vectors, query, context)) : lexical;

  const best = ranked.slice(0, limit);
  const chunks = new Map(
    (await storage.documents.read(best.map(({ id }) => id))).map((chunk) => [chunk.chunk_id, chunk]),
  );
  return best.flatMap(({ id, score, found_by, similarity = 0 }) => {
    const chunk = chunks.get(id);
    // Deleted since it was ranked.
    if (!chunk) return [];
    const { chunk_id: _, text, ...place } = chunk;
    const covered = Math.max(relevance(question, chunk), similarity);
    return [new Document({ id, pageContent: text, metadata: { id, ...place, score, relevance: covered, found_by } })];
  });
}

/** Reciprocal rank fusion: ranks can be added up where scores of different kinds cannot. */
function fuse(...rankings: Ranked[][]): Ranked[] {
  const fused = new Map<string, Ranked>();
  for (const ranking of rankings) {
    for (const [index, { id, found_by, similarity }] of ranking.entries()) {
      const known = fused.get(id) ?? { id, score: 0, found_by: [] };
      fused.set(id, {
        id,
        score: known.score + 1 / (fusionConstant + index + 1),
        found_by: [...known.found_by, ...found_by],
        similarity: similarity ?? known.similarity,
      });
    }
  }
  return [...fused.values()].toSorted((one, other) => other.score - one.score);
}

async function searchVectors(
  storage: KnowledgeStorage,
  { index, embeddings }: Vectors,
  query: string,
  context?: string,
): Promise<Ranked[]> {
  const direction = await embeddings.embedQuery([context, query].filter(Boolean).join("\n"));
  const found = await index.similaritySearchVectorWithScore(direction, candidates);
  const usual = await usualSimilarity(storage, embeddings, direction);
  return found.map(([document, score]) => ({
    id: document.id!,
    score,
    found_by: ["vector"],
    similarity: Math.min(1, Math.max(0, (score - usual) / (1 - usual))),
  }));
}

/**
 * How similar the question is to chunks that have nothing to do with it. Models differ: with some, unrelated
 * texts have a cosine of 0.1, with others of 0.7; only what a chunk has above that says something.
 */
async function usualSimilarity(
  storage: KnowledgeStorage,
  embeddings: Vectors["embeddings"],
  direction: number[],
): Promise<number> {
  const sample = await storage.embeddings.sample(await embeddings.space(), 100);
  // Of a few chunks, the relevant ones are too large a part.
  if (sample.length < 20) return 0;
  const similarities = sample.map((vector) =>
    vector.reduce((sum, number, index) => sum + number * direction[index]!, 0),
  );
  return Math.max(0, similarities.toSorted((one, other) => one - other)[sample.length >> 1]!);
}
