import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "./fixtures/make-temporary-folder.ts";
import { startServe } from "./fixtures/run-troupe.ts";

const root = resolve(import.meta.dirname, "..");

/** The real server of this repository, with its own graph and its `docs/`. */
const startOwn = () => startServe(root, ["--data", makeTemporaryFolder()]);

/** The code blocks of a page in one language, with the address of that server. */
async function readBlocks(page: string, language: string, url: string): Promise<string[]> {
  const text = await readFile(join(root, page), "utf8");
  const blocks = text.matchAll(new RegExp(`^\`{3}${language}\\n(.*?)^\`{3}`, "gms"));
  return [...blocks].map(([, code = ""]) => code.replaceAll(/(http:\/\/)?localhost:2024/g, url));
}

test("the SDK example of Getting started runs as it is written", async () => {
  const { url } = await startOwn();
  const [code = ""] = await readBlocks("docs/getting-started.md", "ts", url);
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { cwd: root });
  expect(stdout).toContain("messages");
  expect(stdout).toContain("49");
});

test("the HTTP examples of Getting started run as they are written", async () => {
  const { url } = await startOwn();
  const blocks = (await readBlocks("docs/getting-started.md", "sh", url)).filter((block) => block.includes("curl"));
  expect(blocks).toHaveLength(2);
  // `jq` is not on every machine: Node reads the id out of the answer as well.
  const read = `${process.execPath} -p 'JSON.parse(fs.readFileSync(0)).thread_id'`;
  for (const block of blocks) {
    const { stdout } = await promisify(execFile)("bash", ["-c", block.replaceAll("jq -r .thread_id", read)]);
    expect(stdout).toContain("49");
  }
});
