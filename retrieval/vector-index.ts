import type { Document } from "@langchain/core/documents";
import type { VectorStore } from "@langchain/core/vectorstores";

/** The metadata by which vectors can be filtered: exact values, all of which must agree. */
export type VectorFilter = Record<string, string | number | boolean>;

/**
 * LangChain's vector store as retrieval needs it. Scores are cosine similarities, best first. Adding an id anew
 * replaces its vector; deleting an unknown one does nothing. Texts are not kept: `readDocuments` gives them back.
 */
export interface VectorIndex extends VectorStore {
  FilterType: VectorFilter;
  delete(parameters: { ids: string[] }): Promise<void>;
  /** The ids of all vectors that it holds. */
  ids(): Promise<string[]>;
}

/** Gives the documents of ids, in their order; one that is gone may be left out. */
export type ReadDocuments = (ids: string[]) => Promise<Document[]>;
