import { hash } from "node:crypto";
import { join } from "node:path";
import { Document } from "@langchain/core/documents";
import { type Config } from "../config.ts";
import { TroupeError } from "../errors.ts";
import type { KnowledgeStorage } from "../storage/documents.ts";
import type { CachedEmbeddings } from "./cached-embeddings.ts";
import { findChroma } from "./chroma-server.ts";
import type { SharedChroma } from "./share-chroma.ts";
import { SqliteVectorStore } from "./sqlite-vector-store.ts";
import type { VectorIndex } from "./vector-index.ts";

/** Where the vectors of a data folder are kept. Who opens it closes it. */
export interface Vectors {
  index: VectorIndex;
  embeddings: CachedEmbeddings;
  store: "chroma" | "sqlite";
  url?: string;
  note?: string;
  close(): Promise<void>;
}

type Settings = Pick<Config, "CHROMA_URL" | "VECTOR_STORE"> & { dataFolder: string };

/**
 * Opens the vector store that the settings ask for: the Chroma at CHROMA_URL, else one of our own where it runs,
 * else SQLite. Throws `chroma_unreachable`, and `embedding_failed` when nobody ever told the model's dimension.
 */
export async function openVectors(
  storage: KnowledgeStorage,
  embeddings: CachedEmbeddings,
  settings: Settings,
): Promise<Vectors> {
  const { model, dimensions } = await embeddings.space();
  // Of one knowledge base, one model and one dimension: several may share a Chroma.
  const collection = `troupe-${storage.knowledge_id}-${hash("sha256", model).slice(0, 8)}-${dimensions}`;
  const readDocuments = async (ids: string[]) => {
    const chunks = await storage.documents.read(ids);
    return chunks.map(({ chunk_id, text, ...metadata }) => new Document({ id: chunk_id, pageContent: text, metadata }));
  };

  const inSqlite = (note?: string): Vectors => {
    const index = new SqliteVectorStore(embeddings, { vectors: storage.vectors, collection, readDocuments });
    return { index, embeddings, store: "sqlite", note, close: async () => {} };
  };
  const inChroma = async (url: string, close: () => Promise<void>): Promise<Vectors> => {
    // Loaded only where it is used: the client takes longer to load than the rest of retrieval.
    const { ChromaVectorStore } = await import("./chroma-vector-store.ts");
    try {
      const index = await ChromaVectorStore.open(embeddings, { url, collection, readDocuments });
      return { index, embeddings, store: "chroma", url, close };
    } catch (error) {
      await close();
      throw error;
    }
  };

  if (settings.VECTOR_STORE === "sqlite") return inSqlite();
  if (settings.CHROMA_URL) return inChroma(settings.CHROMA_URL, async () => {});
  const own = await ownChroma(settings.dataFolder);
  if ("url" in own) return inChroma(own.url, () => own.release());
  if (settings.VECTOR_STORE === "chroma") {
    throw new TroupeError("chroma_unreachable", `VECTOR_STORE is "chroma", and ${own.reason}.`, {
      hint: "Set CHROMA_URL to a Chroma server, put a chroma that runs here on the PATH, or set VECTOR_STORE=auto.",
      cause: own.cause,
    });
  }
  return inSqlite(`Vectors are searched exactly in SQLite, since ${own.reason}. Past 100,000 chunks, set CHROMA_URL.`);
}

async function ownChroma(dataFolder: string): Promise<SharedChroma | { reason: string; cause?: unknown }> {
  const command = await findChroma();
  if (!command) return { reason: "no chroma runs on this machine" };
  const { shareChroma } = await import("./share-chroma.ts");
  try {
    return await shareChroma(command, join(dataFolder, "chroma"));
  } catch (cause) {
    return { reason: `the chroma at ${command} did not start`, cause };
  }
}
