import type { Document } from "@langchain/core/documents";
import { BaseRetriever, type BaseRetrieverInput } from "@langchain/core/retrievers";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { ChunkMetadata, Knowledge, SearchOptions } from "./knowledge.ts";

type RetrieverOptions = SearchOptions & BaseRetrieverInput;

/** LangChain's retriever over a knowledge base, for chains and agents that take one; traces call it `documents`. `limit` is 6 unless told. */
export function createRetriever(
  knowledge: Pick<Knowledge, "search">,
  options: RetrieverOptions = {},
): BaseRetriever<ChunkMetadata> {
  return new KnowledgeRetriever(knowledge, options);
}

class KnowledgeRetriever extends BaseRetriever<ChunkMetadata> {
  lc_namespace = ["troupe", "retrieval"];
  readonly #knowledge: Pick<Knowledge, "search">;
  readonly #options: SearchOptions;

  constructor(knowledge: Pick<Knowledge, "search">, { limit, context, ...input }: RetrieverOptions) {
    super(input);
    this.#knowledge = knowledge;
    this.#options = { ...(limit !== undefined && { limit }), ...(context !== undefined && { context }) };
  }

  override async invoke(query: string, config?: RunnableConfig): Promise<Document<ChunkMetadata>[]> {
    return super.invoke(query, { runName: "documents", ...config });
  }

  override async _getRelevantDocuments(query: string): Promise<Document<ChunkMetadata>[]> {
    return this.#knowledge.search(query, this.#options);
  }
}
