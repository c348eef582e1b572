import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { styleText } from "node:util";
import { readConfig } from "../config.ts";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { IngestOptions, IngestReport } from "../retrieval/knowledge.ts";
import { fromAnswer } from "./create-client.ts";
import { findServer, keyHeaders } from "./find-server.ts";
import { createProgressBar } from "./progress-bar.ts";
import { untilInterrupted } from "./until-interrupted.ts";

export interface IngestCommandOptions {
  url?: string;
  data?: string;
  json?: boolean;
}

/**
 * Puts files and folders into the knowledge base: of the server named, of the data folder named, or of the server
 * that runs here, or else of this folder's `.troupe`. Ends with exit code 1 where a file could not be read.
 */
export async function ingest(paths: string[], { url, data, json }: IngestCommandOptions): Promise<void> {
  if (data) process.env["TROUPE_DATA"] = resolve(data);
  const server = data ? undefined : await chooseServer(url);
  // A server has another working directory.
  const absolute = paths.map((path) => resolve(path));
  const bar = createProgressBar();
  const options: IngestOptions = {
    onProgress: ({ done, total, source }) => bar.update({ done, total, label: source }),
    signal: untilInterrupted(),
  };
  const work = server ? ingestOver(server, absolute, options) : ingestHere(absolute, options);
  const report = await work.finally(() => bar.clear());
  if (json) console.log(JSON.stringify(report, null, 2));
  else printReport(report, server ?? readConfig().TROUPE_DATA);
  if (report.failed.length > 0) process.exitCode = 1;
}

/** The server that was named and must answer, else the one that happens to run here. */
async function chooseServer(url: string | undefined): Promise<string | undefined> {
  try {
    return await findServer(url);
  } catch (error) {
    if (url === undefined && isTroupeError(error) && error.code === "server_unreachable") return undefined;
    throw error;
  }
}

async function ingestHere(paths: string[], options: IngestOptions): Promise<IngestReport> {
  const { openKnowledge } = await import("../retrieval/open-knowledge.ts");
  const knowledge = await openKnowledge({ dataFolder: readConfig().TROUPE_DATA });
  try {
    return await knowledge.ingest(paths, options);
  } finally {
    await knowledge.close();
  }
}

/** A line of the server's answer: one for each step, the last one with the report or what went wrong. */
interface IngestLine {
  progress?: Parameters<NonNullable<IngestOptions["onProgress"]>>[0];
  report?: IngestReport;
  error?: Pick<TroupeError, "code" | "message" | "hint">;
}

async function ingestOver(
  server: string,
  paths: string[],
  { onProgress, signal }: IngestOptions,
): Promise<IngestReport> {
  const response = await fetch(`${server}/knowledge/ingest`, {
    method: "POST",
    headers: { "content-type": "application/json", ...keyHeaders() },
    body: JSON.stringify({ paths }),
    signal,
  });
  if (!response.ok || !response.body) throw fromAnswer(response.status, await messageOf(response), response.headers);
  for await (const text of createInterface({ input: Readable.fromWeb(response.body) })) {
    const { progress, report, error } = JSON.parse(text) as IngestLine;
    if (progress) onProgress?.(progress);
    if (error) throw new TroupeError(error.code, error.message, error);
    if (report) return report;
  }
  throw new TroupeError("server_unreachable", `The server at "${server}" ended before the ingest was done.`, {
    hint: "Start it again and ingest once more: what was done is skipped.",
  });
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.includes("json")) return text;
  return (JSON.parse(text) as { message?: string }).message ?? text;
}

function printReport({ failed, chunks, embedded, ...files }: IngestReport, target: string): void {
  const counts = Object.entries(files).map(([kind, names]) => `${names.length} ${kind}`);
  const vectors = embedded > 0 ? `, ${embedded} vectors computed` : "";
  console.log(`${counts.join(", ")}, ${failed.length} failed; ${chunks} chunks written${vectors}. Kept in ${target}`);
  for (const { source, message, hint } of failed) {
    console.error(`${styleText("red", "failed:", { stream: process.stderr })} ${source}: ${message}`);
    console.error(`${styleText("cyan", "hint:", { stream: process.stderr })} ${hint}`);
  }
}
