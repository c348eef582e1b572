import type { Document } from "@langchain/core/documents";
import { BaseRetriever, type BaseRetrieverInput } from "@langchain/core/retrievers";
import type { ChunkMetadata, Knowledge } from "./knowledge.ts";

/** LangChain's retriever over a knowledge base, for chains and agents that take one. `limit` is 6 unless told. */
export function createRetriever(
  knowledge: Pick<Knowledge, "search">,
  options: { limit?: number } & BaseRetrieverInput = {},
): BaseRetriever<ChunkMetadata> {
  return new KnowledgeRetriever(knowledge, options);
}

class KnowledgeRetriever extends BaseRetriever<ChunkMetadata> {
  lc_namespace = ["troupe", "retrieval"];
  readonly #knowledge: Pick<Knowledge, "search">;
  readonly #limit: number | undefined;

  constructor(knowledge: Pick<Knowledge, "search">, { limit, ...input }: { limit?: number } & BaseRetrieverInput) {
    super(input);
    this.#knowledge = knowledge;
    this.#limit = limit;
  }

  override async _getRelevantDocuments(query: string): Promise<Document<ChunkMetadata>[]> {
    return this.#knowledge.search(query, this.#limit === undefined ? {} : { limit: this.#limit });
  }
}
