import { resolve } from "node:path";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { type Config, readConfig } from "../config.ts";
import { isTroupeError, type TroupeError } from "../errors.ts";
import { selectEmbeddings } from "../models/index.ts";
import type { KnowledgeStorage } from "../storage/documents.ts";
import { openSqliteKnowledge } from "../storage/sqlite/knowledge.ts";
import { CachedEmbeddings } from "./cached-embeddings.ts";
import { ingestFiles } from "./ingest.ts";
import type { IngestOptions, IngestReport, Knowledge, KnowledgeDescription } from "./knowledge.ts";
import { openVectors, type Vectors } from "./open-vectors.ts";
import { searchChunks } from "./search.ts";
import { syncVectors } from "./sync-vectors.ts";

/** What `openKnowledge` takes from the environment unless it is told. */
export interface KnowledgeOptions {
  dataFolder?: string;
  /** Chooses the embedding model; nothing is a search by words alone. */
  embeddings?: () => { embeddings: EmbeddingsInterface; model: string } | undefined;
}

const byFolder = new Map<string, Knowledge>();

/**
 * Opens the documents of a data folder: one and the same in a process until it is closed. Vectors, and a Chroma
 * for them, are opened by the first call that needs them.
 *
 * @example
 * const knowledge = await openKnowledge();
 * await knowledge.ingest(["docs"]);
 * const [chunk] = await knowledge.search("How is a run resumed?");
 */
export async function openKnowledge(options: KnowledgeOptions = {}): Promise<Knowledge> {
  const config = readConfig();
  const dataFolder = resolve(options.dataFolder ?? config.TROUPE_DATA);
  const open = byFolder.get(dataFolder);
  if (open) return open;
  const chosen = (options.embeddings ?? selectEmbeddings)();
  const knowledge = createKnowledge(openSqliteKnowledge(dataFolder), { ...config, dataFolder }, chosen, () =>
    byFolder.delete(dataFolder),
  );
  byFolder.set(dataFolder, knowledge);
  return knowledge;
}

function createKnowledge(
  storage: KnowledgeStorage,
  settings: Config & { dataFolder: string },
  chosen: { embeddings: EmbeddingsInterface; model: string } | undefined,
  onClose: () => void,
): Knowledge {
  const closing = new AbortController();
  let opening: Promise<Vectors> | undefined;
  let ingesting: Promise<unknown> = Promise.resolve();
  let warned = false;
  let closed: Promise<void> | undefined;

  /** Tried anew at the next call after it failed. */
  async function openedVectors(): Promise<Vectors | undefined> {
    if (!chosen) return undefined;
    opening ??= openVectors(
      storage,
      new CachedEmbeddings(chosen.embeddings, chosen.model, storage.embeddings),
      settings,
    );
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  async function ingest(paths: string[], { onProgress, signal }: IngestOptions = {}): Promise<IngestReport> {
    const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    // Before any work: a Chroma that was asked for and is not there is a mistake to tell at once.
    const opened = await settle(openedVectors());
    const report = await ingestFiles(storage.documents, paths, { ...(onProgress && { onProgress }), signal: stop });
    if (!opened.value) return opened.error ? withFailure(report, opened.error) : report;
    const { embeddings, index } = opened.value;
    const before = embeddings.computed;
    const synced = await settle(syncVectors(storage, index, stop));
    report.embedded = embeddings.computed - before;
    return synced.error ? withFailure(report, synced.error) : report;
  }

  /** The documents are stored: the vectors that they lack come with the next ingest. */
  function withFailure(report: IngestReport, { code, message, hint }: TroupeError): IngestReport {
    report.failed.push({ source: chosen!.model, code, message, hint });
    return report;
  }

  function warnOnce(error: unknown): void {
    if (warned) return;
    warned = true;
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`Documents are found by their words alone for now: ${reason}`, "TroupeWarning");
  }

  return {
    ingest(paths, options) {
      // One at a time: the second finds what the first has stored.
      const work = ingesting.then(async () => ingest(paths, options));
      ingesting = work.catch(() => {});
      return work;
    },

    async search(query, options = {}) {
      const { value: vectors, error } = await settle(openedVectors());
      if (error) warnOnce(error);
      if (!vectors) return searchChunks(storage, query, options);
      try {
        return await searchChunks(storage, query, options, vectors);
      } catch (failure) {
        warnOnce(failure);
        return searchChunks(storage, query, options);
      }
    },

    async describe(): Promise<KnowledgeDescription> {
      const counts = await storage.documents.count();
      if (!chosen) return { ...counts, vectors: null, note: wordsOnly };
      const { value, error } = await settle(openedVectors());
      if (!value) return { ...counts, vectors: null, note: `${error?.message} ${error?.hint}` };
      const { store, url, note } = value;
      return { ...counts, vectors: { store, model: chosen.model, ...(url && { url }) }, ...(note && { note }) };
    },

    async close() {
      closed ??= (async () => {
        closing.abort();
        await ingesting;
        const vectors = await opening?.catch(() => undefined);
        await vectors?.close();
        await storage.close();
        onClose();
      })();
      return closed;
    },
  };
}

const wordsOnly = "Documents are found by their words. Set MODEL_EMBED to find them by their meaning too.";

/** An embedding model that fails makes retrieval poorer and does not stop it; every other error is thrown. */
async function settle<Value>(work: Promise<Value>): Promise<{ value?: Value; error?: TroupeError }> {
  try {
    return { value: await work };
  } catch (error) {
    if (isTroupeError(error) && error.code === "embedding_failed") return { error };
    throw error;
  }
}
