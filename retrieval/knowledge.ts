import type { Document } from "@langchain/core/documents";
import type { ErrorCode } from "../errors.ts";

/** Where a chunk stands and how it was found. */
export interface ChunkMetadata {
  id: string;
  /** As cited: the file's path, relative to the working directory or to the parent of the folder that was ingested. */
  source: string;
  heading_path: string[];
  /** Lines of the file, from 1; for a PDF, of the page's text. */
  line_start: number;
  line_end: number;
  page?: number;
  score: number;
  /** From 0 to 1: how much of the question the chunk covers. */
  relevance: number;
  found_by: ("bm25" | "vector")[];
}

export type RetrievedChunk = Document<ChunkMetadata>;

/** What an ingest did; files are named as they are cited. */
export interface IngestReport {
  added: string[];
  changed: string[];
  unchanged: string[];
  removed: string[];
  /** Chunks written for the added and changed files. */
  chunks: number;
  /** Vectors computed; those that the embedding cache knew are not counted. */
  embedded: number;
  failed: { source: string; code: ErrorCode; message: string; hint: string }[];
}

export interface IngestOptions {
  onProgress?: (progress: { done: number; total: number; source: string }) => void;
  signal?: AbortSignal;
}

export interface SearchOptions {
  /** 6 unless told. */
  limit?: number;
  /** Earlier turns of the conversation: their words weigh less than the question's. */
  context?: string;
}

export interface KnowledgeDescription {
  documents: number;
  chunks: number;
  vectors: { store: "chroma" | "sqlite"; model: string; url?: string } | null;
  /** What a person should know about how it searches. */
  note?: string;
}

/** The documents that an answer may come from. */
export interface Knowledge {
  ingest(paths: string[], options?: IngestOptions): Promise<IngestReport>;
  search(query: string, options?: SearchOptions): Promise<RetrievedChunk[]>;
  describe(): Promise<KnowledgeDescription>;
  close(): Promise<void>;
}
