import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { z } from "zod";
import { isTroupeError, TroupeError } from "../errors.ts";
import { openEmbeddings } from "../models/index.ts";
import type { StoreSettings } from "../storage/storage.ts";
import { importExport } from "./import-export.ts";

const minutes = z.number().positive();

/** `store` of `langgraph.json`: how items are found by meaning, and how long they are kept. */
export const StoreConfig = z.looseObject({
  index: z
    .looseObject({
      /** `openai:text-embedding-3-small`, or `./embed.ts:embed`: embeddings of LangChain, or a function from texts to vectors. */
      embed: z.string().min(1),
      dims: z.int().positive().optional(),
      fields: z.array(z.string()).optional(),
    })
    .optional(),
  ttl: z
    .looseObject({
      default_ttl: minutes.optional(),
      refresh_on_read: z.boolean().optional(),
      /** A timer of Node goes no further than 24 days. */
      sweep_interval_minutes: minutes.max(35_000).default(60),
    })
    .prefault({}),
});

/** Makes the settings of a store out of its configuration. Throws `config_invalid`, `model_unknown`, `model_key_missing`. */
export async function readStoreSettings(config: z.output<typeof StoreConfig>, folder: string): Promise<StoreSettings> {
  const { index, ttl } = config;
  if (!index) return { ttl };
  const loaded = isFile(index.embed) ? await importEmbeddings(index.embed, folder) : openEmbeddings(index.embed);
  return { ttl, index: { embeddings: checkEmbeddings(loaded, index.dims), fields: index.fields } };
}

const isFile = (embed: string) => /^[./]|^[A-Za-z]:[\\/]/.test(embed);

async function importEmbeddings(path: string, folder: string): Promise<EmbeddingsInterface> {
  const what = `The embeddings "${path}" of the store`;
  const loaded = await importExport(path, folder, { what, code: "config_invalid" });
  if (typeof loaded === "function") {
    const embed = loaded as (texts: string[]) => Promise<number[][]> | number[][];
    return { embedDocuments: async (texts) => embed(texts), embedQuery: async (text) => (await embed([text]))[0]! };
  }
  if (loaded && typeof (loaded as Partial<EmbeddingsInterface>).embedDocuments === "function") {
    return loaded as EmbeddingsInterface;
  }
  throw new TroupeError("config_invalid", `${what} are neither embeddings of LangChain nor a function.`, {
    hint: "Export an Embeddings object, or a function that answers a vector for each text that it is given.",
  });
}

function checkEmbeddings(embeddings: EmbeddingsInterface, dims: number | undefined): EmbeddingsInterface {
  const check = (vectors: number[][], count: number) => {
    const isRight = (vector?: number[]) => vector?.length && (dims === undefined || vector.length === dims);
    if (Array.isArray(vectors) && vectors.length === count && vectors.every(isRight)) return vectors;
    const wanted = `${count} vectors${dims === undefined ? "" : ` of ${dims} dimensions`}`;
    throw new TroupeError("embedding_failed", `The store's embeddings did not answer ${wanted}.`, {
      hint: "Correct store.index.dims of langgraph.json, or what store.index.embed names.",
    });
  };
  return {
    embedDocuments: async (texts) => check(await embeddings.embedDocuments(texts).catch(refuse), texts.length),
    embedQuery: async (text) => check([await embeddings.embedQuery(text).catch(refuse)], 1)[0]!,
  };
}

/** What embeddings of a project's own throw is an error of theirs, not of this server. */
function refuse(error: unknown): never {
  if (isTroupeError(error)) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new TroupeError("embedding_failed", `The store's embeddings failed: ${reason}.`, {
    hint: "Try again, or correct what store.index.embed of langgraph.json names.",
    cause: error,
  });
}
