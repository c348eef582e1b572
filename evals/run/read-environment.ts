import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describeModels } from "../../models/index.ts";
import { readVersion } from "../../server/read-package.ts";
import type { EvalEnvironment } from "../results/eval-run.ts";

/** What a run's figures depend on beside the suites. Throws where a model is asked for that cannot be. */
export async function readEnvironment(live: boolean): Promise<EvalEnvironment> {
  const chains = describeModels().map(({ role, chain }) => [role, chain.join(",")]);
  const { fast = "", smart = "", embed } = Object.fromEntries(chains) as Record<string, string>;
  const commit = await git("rev-parse", "HEAD");
  return {
    troupe: readVersion(),
    node: process.versions.node,
    commit: commit ?? null,
    dirty: commit !== undefined && Boolean(await git("status", "--porcelain")),
    models: { fast, smart, embed: embed || null },
    live,
  };
}

/** Undefined outside of a repository, and where there is no git. */
async function git(...options: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("git", options);
    return stdout.trim();
  } catch {
    return undefined;
  }
}
