import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { extname, sep } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { DocumentStorage, NewChunk, StoredDocument } from "../storage/documents.ts";
import type { BlockReader } from "./block.ts";
import { type extensions, findFiles, type FoundFile, type FoundFiles } from "./find-files.ts";
import { indexPassage } from "./index-passage.ts";
import type { IngestOptions, IngestReport } from "./knowledge.ts";
import { readCsv } from "./read-csv.ts";
import { readHtml } from "./read-html.ts";
import { readJson } from "./read-json.ts";
import { readMarkdown } from "./read-markdown.ts";
import { readPdf } from "./read-pdf.ts";
import { readText } from "./read-text.ts";
import { split } from "./split.ts";

const readers: Record<(typeof extensions)[number], BlockReader> = {
  ".md": readMarkdown,
  ".markdown": readMarkdown,
  ".txt": readText,
  ".html": readHtml,
  ".htm": readHtml,
  ".pdf": readPdf,
  ".json": readJson,
  ".csv": readCsv,
};

/** How long indexing may keep the event loop to itself, in milliseconds. */
const turn = 10;

/**
 * Brings the stored documents in line with files and folders. A file that cannot be read is reported and keeps
 * what was stored of it; what vanished from an ingested folder is deleted. An abort leaves whole files only.
 */
export async function ingestFiles(
  documents: DocumentStorage,
  paths: string[],
  { onProgress, signal }: IngestOptions = {},
): Promise<IngestReport> {
  const found = await findFiles(paths);
  const known = new Map((await documents.list()).map((document) => [document.path, document]));
  const report: IngestReport = {
    added: [],
    changed: [],
    unchanged: [],
    removed: [],
    chunks: 0,
    embedded: 0,
    failed: [],
  };
  for (const [index, file] of found.files.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ done: index, total: found.files.length, source: file.source });
    try {
      await ingestFile(documents, file, known.get(file.path), report, signal);
    } catch (error) {
      const { code, message, hint } = ofOneFile(error, file);
      report.failed.push({ source: file.source, code, message, hint });
    }
  }
  const vanished = [...known.values()].filter((document) => isVanished(document, found));
  await documents.delete(vanished.map(({ path }) => path));
  report.removed = vanished.map(({ source }) => source);
  const last = found.files.at(-1);
  if (last) onProgress?.({ done: found.files.length, total: found.files.length, source: last.source });
  return report;
}

async function ingestFile(
  documents: DocumentStorage,
  { path, source, error }: FoundFile,
  known: StoredDocument | undefined,
  report: IngestReport,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (error) throw error;
  const content_hash = await hashFile(path);
  if (known?.content_hash === content_hash) {
    if (known.source !== source) await documents.rename(path, source);
    report.unchanged.push(source);
    return;
  }
  report.chunks += await documents.put({ path, source, content_hash }, chunksOf(path, signal));
  (known ? report.changed : report.added).push(source);
}

async function hashFile(path: string): Promise<string> {
  const sum = createHash("sha256");
  for await (const bytes of createReadStream(path)) sum.update(bytes as Uint8Array);
  return sum.digest("hex");
}

async function* chunksOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<NewChunk, void> {
  const read = readers[extname(path).toLowerCase() as keyof typeof readers];
  const seen = new Map<string, number>();
  let began = performance.now();
  for await (const passage of split(read(path))) {
    const chunk = indexPassage(passage, path, 0);
    const occurrence = seen.get(chunk.chunk_id) ?? 0;
    seen.set(chunk.chunk_id, occurrence + 1);
    yield occurrence === 0 ? chunk : indexPassage(passage, path, occurrence);
    if (performance.now() - began > turn) {
      await nextTurn();
      signal?.throwIfAborted();
      began = performance.now();
    }
  }
}

/** What concerns one file only is told in the report; a full disk or an abort ends the ingest. */
function ofOneFile(error: unknown, { source }: FoundFile): TroupeError {
  if (isTroupeError(error)) {
    if (error.code === "source_unsupported" || error.code === "source_unreadable") return error;
    throw error;
  }
  if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
  return new TroupeError("source_unreadable", `The file "${source}" cannot be read: ${String(error.code)}.`, {
    hint: "Make it readable for this user, or leave it out.",
    cause: error,
  });
}

/** Of a folder that could not be listed nobody knows what vanished. */
const isVanished = ({ path }: StoredDocument, { files, folders }: FoundFiles) =>
  folders.some((folder) => path.startsWith(folder + sep)) &&
  !files.some((file) => file.path === path || path.startsWith(file.path + sep));
