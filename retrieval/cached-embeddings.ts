import { hash } from "node:crypto";
import { Embeddings, type EmbeddingsInterface } from "@langchain/core/embeddings";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { EmbeddingSpace, EmbeddingStorage } from "../storage/documents.ts";

/** How many texts are embedded before they are kept, so that an outage costs little. */
const batch = 64;

/** A provider's embeddings, of length 1, each text paid for once. Throws `embedding_failed`. */
export class CachedEmbeddings extends Embeddings {
  readonly model: string;
  /** How many texts were embedded and not found in the cache. */
  computed = 0;
  readonly #embeddings: EmbeddingsInterface;
  readonly #cache: EmbeddingStorage;
  #space: Promise<EmbeddingSpace> | undefined;

  constructor(embeddings: EmbeddingsInterface, model: string, cache: EmbeddingStorage) {
    // Retries are the provider's own.
    super({ maxRetries: 0 });
    this.model = model;
    this.#embeddings = embeddings;
    this.#cache = cache;
  }

  /** The dimension is asked of the provider once; while that is down the one that it last had is taken. */
  async space(): Promise<EmbeddingSpace> {
    this.#space ??= this.#findSpace();
    try {
      return await this.#space;
    } catch (error) {
      this.#space = undefined;
      throw error;
    }
  }

  async #findSpace(): Promise<EmbeddingSpace> {
    const { model } = this;
    const known = await this.#cache.dimensions(model);
    try {
      return { model, dimensions: (await this.embedQuery("dimension")).length };
    } catch (error) {
      if (known === undefined) throw error;
      return { model, dimensions: known };
    }
  }

  async embedQuery(text: string): Promise<number[]> {
    const vector = await this.#embeddings.embedQuery(text).catch((error: unknown) => this.#fail(error));
    return [...this.#normalize(vector)];
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    const space = await this.space();
    const hashes = texts.map((text) => hash("sha256", text));
    const vectors = await this.#cache.read(space, hashes);
    const missing = new Map(
      hashes.map((key, index) => [key, texts[index]!]).filter(([key]) => !vectors.has(key!)) as [string, string][],
    );
    const wanted = [...missing];
    for (let first = 0; first < wanted.length; first += batch) {
      const some = wanted.slice(first, first + batch);
      const fresh = await this.#embed(some, space);
      await this.#cache.write(space, fresh);
      this.computed += fresh.size;
      for (const [key, vector] of fresh) vectors.set(key, vector);
    }
    return hashes.map((key) => [...vectors.get(key)!]);
  }

  async #embed(texts: [string, string][], { dimensions }: EmbeddingSpace): Promise<Map<string, Float32Array>> {
    const answers = await this.#embeddings
      .embedDocuments(texts.map(([, text]) => text))
      .catch((error: unknown) => this.#fail(error));
    const vectors = answers.map((answer) => this.#normalize(answer));
    if (vectors.length !== texts.length || vectors.some(({ length }) => length !== dimensions)) {
      const got = `${vectors.length} vectors of ${vectors[0]?.length ?? 0} numbers`;
      this.#fail(new Error(`${got} came back for ${texts.length} texts at ${dimensions} dimensions`));
    }
    return new Map(texts.map(([key], index) => [key, vectors[index]!]));
  }

  #normalize(vector: number[]): Float32Array {
    const length = Math.hypot(...vector);
    if (!(length > 0)) this.#fail(new Error("a vector came back without length"));
    return Float32Array.from(vector, (number) => number / length);
  }

  #fail(cause: unknown): never {
    if (isTroupeError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TroupeError("embedding_failed", `The embedding model "${this.model}" failed: ${reason}.`, {
      hint: "Check MODEL_EMBED, its key and its URL; until it answers, documents are found by their words.",
      cause,
    });
  }
}
