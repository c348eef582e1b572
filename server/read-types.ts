import { statSync } from "node:fs";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { GraphTypes } from "./extract-types.ts";
import type { ExportPlace } from "./import-export.ts";

/** Compiling the types of a large project takes seconds; a client waits no longer than this. */
const deadlineMs = 20_000;

const known = new Map<string, { types: Promise<GraphTypes | undefined>; at: Map<string, number> }>();

/**
 * The JSON schemas that the TypeScript types of a graph say, where the project of its file has TypeScript 5 or 6. They are
 * read in a worker, since that takes seconds, and again only once a file changes that they come from. Never throws:
 * what cannot be read is `undefined`.
 */
export async function readTypes(place: ExportPlace | undefined): Promise<GraphTypes | undefined> {
  if (!place || !/^\.[cm]?tsx?$/.test(extname(place.file))) return undefined;
  const key = `${place.file}:${place.name}`;
  const before = known.get(key);
  if (before && [...before.at].every(([file, time]) => changedAt(file) === time)) return before.types;
  const entry = { types: extractInWorker(place), at: new Map([[place.file, changedAt(place.file)]]) };
  known.set(key, entry);
  const types = await entry.types;
  for (const file of types?.files ?? []) entry.at.set(file, changedAt(file));
  return types;
}

const changedAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

async function extractInWorker(place: ExportPlace): Promise<GraphTypes | undefined> {
  const worker = new Worker(new URL(`./extract-types${extname(import.meta.url)}`, import.meta.url), {
    workerData: place,
    execArgv: [],
  });
  const { promise, resolve } = Promise.withResolvers<GraphTypes | undefined>();
  worker.once("message", resolve).once("error", () => resolve(undefined));
  const timer = setTimeout(() => resolve(undefined), deadlineMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
