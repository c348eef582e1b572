import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { TroupeError } from "../../errors.ts";
import { openKnowledge } from "../../retrieval/index.ts";

/**
 * Makes a knowledge base of these documents in a data folder of its own, which is the process's until the answered
 * function takes both away. Paths are relative to the suite's file. Throws `suite_invalid` where a file cannot be read.
 */
export async function openDocuments(paths: readonly string[], suiteFile: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "troupe-evals-"));
  const before = process.env["TROUPE_DATA"];
  process.env["TROUPE_DATA"] = folder;
  const knowledge = await openKnowledge();
  const close = async () => {
    await knowledge.close();
    if (before === undefined) delete process.env["TROUPE_DATA"];
    else process.env["TROUPE_DATA"] = before;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { failed } = await knowledge.ingest(paths.map((path) => resolve(dirname(suiteFile), path)));
    const [problem] = failed;
    if (problem) throw new TroupeError("suite_invalid", `"${problem.source}": ${problem.message}`, problem);
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}
