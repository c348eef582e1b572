import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isTroupeError } from "../errors.ts";
import type { Knowledge } from "../retrieval/knowledge.ts";
import { printError } from "./print-error.ts";
import { createProgressBar } from "./progress-bar.ts";

/**
 * Puts the project's own `docs/` into an empty knowledge base, and keeps them up to date at later starts. A knowledge
 * base that a person has filled is left as it is. What goes wrong is printed: the server is of use without. Says
 * whether they are in the knowledge base now.
 */
export async function ingestDocs({
  knowledge,
  docs,
  dataFolder,
  signal,
}: {
  knowledge: Knowledge;
  docs: string;
  dataFolder: string;
  signal: AbortSignal;
}): Promise<boolean> {
  const mark = join(dataFolder, "docs-ingested");
  if (!existsSync(docs)) return false;
  if (!existsSync(mark) && (await knowledge.describe()).documents > 0) return false;
  const bar = createProgressBar();
  try {
    const { failed } = await knowledge.ingest([docs], {
      onProgress: ({ done, total, source }) => bar.update({ done, total, label: source }),
      signal,
    });
    await writeFile(mark, `${docs}\n`);
    bar.clear();
    for (const { source, message } of failed) console.error(`${source} is left out: ${message}`);
    return true;
  } catch (error) {
    bar.clear();
    if (signal.aborted) return false;
    if (!isTroupeError(error)) throw error;
    console.error(`The documents in "${docs}" are not in the knowledge base:`);
    printError(error, { verbose: false });
    return false;
  }
}
