/**
 * What is kept of ingested documents: their chunks, the inverted index over them, and embeddings.
 * Every method may throw `storage_failed` or `storage_full`. A promise resolves only once its change is committed.
 */
export interface KnowledgeStorage {
  /** Made once, when the storage was: names what belongs to it in stores that others share. */
  readonly knowledge_id: string;
  readonly documents: DocumentStorage;
  readonly embeddings: EmbeddingStorage;
  readonly vectors: VectorStorage;
  close(): Promise<void>;
}

/** A file that was ingested. */
export interface StoredDocument {
  /** Absolute: its identity. */
  path: string;
  /** As it is cited. */
  source: string;
  content_hash: string;
}

/** A passage of a document. */
export interface StoredChunk {
  chunk_id: string;
  text: string;
  heading_path: string[];
  line_start: number;
  line_end: number;
  page?: number;
}

/** A chunk on its way in, with what the index keeps of it. */
export interface NewChunk extends StoredChunk {
  /** How often each term stands in it, and how many terms it has in all. */
  terms: Record<string, number>;
  length: number;
  /** Its words as written, for the spelling fix. */
  words: Record<string, number>;
  /** Names what is embedded of it: chunks with one hash share an embedding. */
  embedding_hash: string;
}

export interface DocumentStorage {
  list(): Promise<StoredDocument[]>;
  /**
   * Replaces the document of that path and all its chunks in one transaction, taking chunks as they come.
   * When `chunks` throws, all stays as it was and the error comes out as it is. Answers how many were written.
   */
  put(document: StoredDocument, chunks: AsyncIterable<NewChunk>): Promise<number>;
  /** Changes how a document is cited, nothing else. */
  rename(path: string, source: string): Promise<void>;
  /** With their chunks, and so that no deleted byte stays in the files. Unknown paths are passed over. */
  delete(paths: string[]): Promise<void>;
  count(): Promise<{ documents: number; chunks: number }>;
  /** In the order asked for; unknown ids are left out. */
  read(chunk_ids: string[]): Promise<(StoredChunk & { source: string })[]>;
  /** In how many chunks each term stands; a term that stands in none is left out. */
  countChunksWith(terms: string[]): Promise<Map<string, number>>;
  /** The best chunks by BM25, best first. A term's weight multiplies what it contributes. */
  search(terms: Map<string, number>, limit: number): Promise<{ chunk_id: string; score: number }[]>;
  /** Words of the documents of `shortest` to `longest` characters, with how often they stand. */
  words(shortest: number, longest: number): Promise<{ word: string; count: number }[]>;
  /** A page of what is to be embedded, by ascending id; `after` is the last id of the page before. */
  listForEmbedding(options: { after: string; limit: number }): Promise<(StoredChunk & { embedding_hash: string })[]>;
}

/** Which embeddings are meant: a provider may serve one model with several dimensions. */
export interface EmbeddingSpace {
  model: string;
  dimensions: number;
}

/** Embeddings already paid for, by model, dimension and content hash. */
export interface EmbeddingStorage {
  read(space: EmbeddingSpace, hashes: string[]): Promise<Map<string, Float32Array>>;
  write(space: EmbeddingSpace, embeddings: Map<string, Float32Array>): Promise<void>;
  /** The dimension in which the model last answered. */
  dimensions(model: string): Promise<number | undefined>;
  /** Some embeddings, the same ones each time, chosen without regard to what they are of. */
  sample(space: EmbeddingSpace, limit: number): Promise<Float32Array[]>;
  /** Deletes the embeddings, of any model, that no chunk names any more. */
  prune(): Promise<void>;
}

/** Vectors for exact search, of length 1, in collections that are made by their first vector. */
export interface VectorStorage {
  put(
    collection: string,
    vectors: { id: string; vector: Float32Array; metadata: Record<string, unknown> }[],
  ): Promise<void>;
  delete(collection: string, ids: string[]): Promise<void>;
  ids(collection: string): Promise<string[]>;
  /** All vectors of a collection, some at a time. */
  scan(collection: string): AsyncIterable<{ id: string; vector: Float32Array; metadata: string }[]>;
}
