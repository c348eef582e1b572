import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { z } from "zod";
import { TroupeError } from "../errors.ts";
import { openEmbeddings } from "../models/index.ts";
import type { ItemStore, StoreSettings } from "../storage/storage.ts";
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
  return { ttl, index: { embeddings: checkDimensions(loaded, index.dims), fields: index.fields } };
}

/** Sweeps items that have outlived their time, now and then every so many minutes. The answer stops it. */
export function sweepItems(
  store: ItemStore,
  { everyMinutes, log }: { everyMinutes: number; log: (message: string, error: unknown) => void },
): () => Promise<void> {
  let under: Promise<unknown> = Promise.resolve();
  const sweep = () => {
    under = store.sweep().catch((error: unknown) => log("Items that have outlived their time are not swept.", error));
  };
  const timer = setInterval(sweep, everyMinutes * 60_000).unref();
  sweep();
  return async () => {
    clearInterval(timer);
    await under;
  };
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

function checkDimensions(embeddings: EmbeddingsInterface, dims: number | undefined): EmbeddingsInterface {
  const check = (vectors: number[][], count: number) => {
    const wrong = vectors.find((vector) => !vector || (dims !== undefined && vector.length !== dims));
    if (vectors.length === count && !wrong) return vectors;
    const found = wrong
      ? `${wrong.length} dimensions instead of ${dims}`
      : `${vectors.length} vectors for ${count} texts`;
    throw new TroupeError("embedding_failed", `The store's embeddings answered ${found}.`, {
      hint: "Correct store.index.dims of langgraph.json, or what store.index.embed names.",
    });
  };
  return {
    embedDocuments: async (texts) => check(await embeddings.embedDocuments(texts), texts.length),
    embedQuery: async (text) => check([await embeddings.embedQuery(text)], 1)[0]!,
  };
}
