import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Those of the texts that stand in files which git tracks, below a folder: none without a repository. */
export async function findTracked(texts: readonly string[], folder = process.cwd()): Promise<Set<string>> {
  const tracked = await Promise.all(
    texts.map(async (text) =>
      promisify(execFile)("git", ["grep", "--quiet", "--fixed-strings", "-e", text], { cwd: folder }).then(
        () => [text],
        () => [],
      ),
    ),
  );
  return new Set(tracked.flat());
}
