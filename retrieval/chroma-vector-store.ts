import type { Document, DocumentInterface } from "@langchain/core/documents";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { VectorStore } from "@langchain/core/vectorstores";
import { ChromaClient, type Collection, type Where } from "chromadb";
import { TroupeError } from "../errors.ts";
import { foundDocuments, idOf } from "./found-documents.ts";
import type { ReadDocuments, VectorFilter, VectorIndex } from "./vector-index.ts";

/** Ids asked for or written at once; a server takes about 5,000 in one request. */
const page = 1_000;

/** Vectors in a collection of a Chroma server, which holds ids, vectors and filter keys but no text. */
export class ChromaVectorStore extends VectorStore implements VectorIndex {
  declare FilterType: VectorFilter;
  readonly #collection: Collection;
  readonly #readDocuments: ReadDocuments | undefined;

  constructor(embeddings: EmbeddingsInterface, options: { collection: Collection; readDocuments?: ReadDocuments }) {
    super(embeddings, {});
    this.#collection = options.collection;
    this.#readDocuments = options.readDocuments;
  }

  /** Opens a collection, making it where it is missing. Throws `chroma_unreachable`. */
  static async open(
    embeddings: EmbeddingsInterface,
    options: { url: string; collection: string; readDocuments?: ReadDocuments },
  ): Promise<ChromaVectorStore> {
    try {
      const collection = await clientOf(options.url).getOrCreateCollection({
        name: options.collection,
        embeddingFunction: null,
        // With Chroma's own ef recall@10 was .93, with 400 it is .995 for 1 to 2 ms more.
        configuration: { hnsw: { space: "cosine", ef_construction: 400, ef_search: 400 } },
      });
      return new ChromaVectorStore(embeddings, { ...options, collection });
    } catch (cause) {
      throw new TroupeError("chroma_unreachable", `No Chroma answers at "${options.url}".`, {
        hint: "Start it (chroma run), correct CHROMA_URL, or unset CHROMA_URL to do without.",
        cause,
      });
    }
  }

  _vectorstoreType(): string {
    return "chroma";
  }

  async addDocuments(documents: DocumentInterface[], options?: { ids?: string[] }): Promise<string[]> {
    const vectors = await this.embeddings.embedDocuments(documents.map(({ pageContent }) => pageContent));
    return this.addVectors(vectors, documents, options);
  }

  async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options?: { ids?: string[] },
  ): Promise<string[]> {
    const ids = documents.map((document, index) => idOf(document, options?.ids?.[index]));
    for (let first = 0; first < ids.length; first += page) {
      const last = first + page;
      // `add` would ignore an id that is already there.
      await this.#collection.upsert({
        ids: ids.slice(first, last),
        embeddings: vectors.slice(first, last),
        metadatas: documents.slice(first, last).map(({ metadata }) => filterKeys(metadata)),
      });
    }
    return ids;
  }

  override async delete({ ids }: { ids: string[] }): Promise<void> {
    for (let first = 0; first < ids.length; first += page) {
      await this.#collection.delete({ ids: ids.slice(first, first + page) });
    }
  }

  async ids(): Promise<string[]> {
    const all: string[] = [];
    for (;;) {
      const { ids } = await this.#collection.get({ limit: page, offset: all.length, include: [] });
      all.push(...ids);
      if (ids.length < page) return all;
    }
  }

  async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: VectorFilter,
  ): Promise<[Document, number][]> {
    const result = await this.#collection.query({
      queryEmbeddings: [query],
      nResults: k,
      include: ["distances", "metadatas"],
      where: filter && toWhere(filter),
    });
    const hits = (result.ids[0] ?? []).map((id, index) => ({
      id,
      score: 1 - (result.distances[0]?.[index] ?? 1),
      metadata: result.metadatas[0]?.[index] ?? {},
    }));
    return foundDocuments(hits, this.#readDocuments);
  }
}

function clientOf(url: string): ChromaClient {
  const { hostname, port, protocol } = new URL(url);
  const ssl = protocol === "https:";
  return new ChromaClient({ host: hostname, port: Number(port || (ssl ? 443 : 80)), ssl });
}

/** Chroma takes flat values only, and no empty record. */
function filterKeys(metadata: Record<string, unknown>) {
  const entries = Object.entries(metadata).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return (entries.length > 0 ? Object.fromEntries(entries) : null) as Record<string, string | number | boolean>;
}

function toWhere(filter: VectorFilter): Where | undefined {
  const conditions = Object.entries(filter).map(([key, value]) => ({ [key]: value }));
  return conditions.length > 1 ? { $and: conditions } : conditions[0];
}
