import { Document } from "@langchain/core/documents";
import type { KnowledgeStorage } from "../storage/documents.ts";
import { toEmbed } from "./index-passage.ts";
import type { VectorIndex } from "./vector-index.ts";

/** Chunks added to the vector store at once. */
const page = 256;

/**
 * Makes the vector store hold exactly the stored chunks: adds what it lacks, then deletes what it has too much.
 * It may be cut off anywhere and called again. Throws `embedding_failed` and what the store throws.
 * See docs/decisions/0001-vectors-are-synced-by-set-difference.md.
 */
export async function syncVectors(storage: KnowledgeStorage, index: VectorIndex, signal?: AbortSignal): Promise<void> {
  const surplus = new Set(await index.ids());
  for (let after = ""; ;) {
    const chunks = await storage.documents.listForEmbedding({ after, limit: page });
    const last = chunks.at(-1);
    if (!last) break;
    after = last.chunk_id;
    const missing = chunks.filter(({ chunk_id }) => !surplus.delete(chunk_id));
    if (missing.length === 0) continue;
    signal?.throwIfAborted();
    const documents = missing.map((chunk) => new Document({ pageContent: toEmbed(chunk) }));
    await index.addDocuments(documents, { ids: missing.map(({ chunk_id }) => chunk_id) });
  }
  if (surplus.size > 0) await index.delete({ ids: [...surplus] });
  await storage.embeddings.prune();
}
