import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startChroma, stopChroma } from "../retrieval/chroma-server.ts";

/** The Chroma that tests use: a server that answers at `url`, and the command that starts one where it is known. */
export interface TestChroma {
  url: string;
  command?: string;
}

declare module "vitest" {
  interface ProvidedContext {
    chroma: TestChroma | undefined;
  }
}

/**
 * Gives the tests a real Chroma where TROUPE_TEST_CHROMA names one, by the URL of a server or the path of an
 * executable. Without it the tests that need it are skipped, which is told in one line, or in CI is a failure.
 */
export default async function provideChroma(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const named = process.env["TROUPE_TEST_CHROMA"];
  if (!named) {
    if (process.env["CI"] === "true") throw new Error("In CI, TROUPE_TEST_CHROMA must name a Chroma: see .ci/run.");
    process.stderr.write("Chroma tests not run: no Chroma here. Run them with: .ci/run\n");
    return undefined;
  }
  if (/^https?:/.test(named)) {
    project.provide("chroma", { url: named });
    return undefined;
  }
  if (!existsSync(named)) throw new Error(`TROUPE_TEST_CHROMA is "${named}", and there is no such file.`);
  const folder = await mkdtemp(join(tmpdir(), "troupe-chroma-"));
  const server = await startChroma(named, folder);
  project.provide("chroma", { url: server.url, command: named });
  return async () => {
    await stopChroma(server);
    await rm(folder, { recursive: true, force: true });
  };
}
