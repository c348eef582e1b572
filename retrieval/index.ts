/** Documents: ingest, search with citations, and the vector stores. */
export { ChromaVectorStore } from "./chroma-vector-store.ts";
export { createRetriever } from "./create-retriever.ts";
export type {
  ChunkMetadata,
  IngestOptions,
  IngestReport,
  Knowledge,
  KnowledgeDescription,
  RetrievedChunk,
  SearchOptions,
} from "./knowledge.ts";
export { openKnowledge } from "./open-knowledge.ts";
export { relevanceThreshold } from "./relevance.ts";
export { SqliteVectorStore } from "./sqlite-vector-store.ts";
export { terms } from "./tokenize.ts";
