import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
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
  for (const block of blocks) {
    const { stdout } = await promisify(execFile)("bash", ["-c", withoutJq(block)]);
    expect(stdout).toContain("49");
  }
});

test("the graph of Your own project is served, asked, resumed and tested as it is written", async () => {
  const folder = makeTemporaryFolder();
  const page = "docs/own-project.md";
  const [graph = "", , check = ""] = (await readBlocks(page, "ts", "")).map(fromSource);
  const [settings = ""] = await readBlocks(page, "json", "");
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "quote.ts"), graph);
  await writeFile(join(folder, "check.ts"), check);
  await writeFile(join(folder, "langgraph.json"), settings);

  await promisify(execFile)(process.execPath, ["check.ts"], { cwd: folder });

  const { url } = await startServe(folder, ["--data", makeTemporaryFolder()]);
  const [, ask = ""] = await readBlocks(page, "sh", url);
  const { stdout } = await promisify(execFile)("bash", ["-c", withoutJq(ask)]);
  expect(stdout).toContain(`"value":"Send \\"49\\"?"`);
  expect(stdout).toContain(`"approved":true`);
  const [, sdk = ""] = await readBlocks(page, "ts", url);
  const client = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", sdk], { cwd: root });
  expect(client.stdout).toContain("__interrupt__");
  expect(client.stdout).toContain("approved: true");
});

test("the tests of Testing graphs pass as they are written", async () => {
  const folder = makeTemporaryFolder();
  const [graph = "", ...checks] = (await readBlocks("docs/testing.md", "ts", "")).map(fromSource);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "desk.ts"), graph);
  const setup = `export default { test: { setupFiles: "${root}/testing/vitest.ts" } };`;
  await writeFile(join(folder, "vitest.config.mjs"), setup);
  await Promise.all(checks.map((check, place) => writeFile(join(folder, `${place}.test.ts`), check)));
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const options = { cwd: folder, env: { ...process.env, TROUPE_FORBID_MODEL_CALLS: "false" } };
  const args = [vitest, "run", "--no-isolate", "--reporter=json", "--outputFile=report.json"];
  await promisify(execFile)(process.execPath, args, options).catch(() => {});
  const { numPassedTests, testResults } = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as {
    numPassedTests: number;
    testResults: { message: string; assertionResults: { failureMessages: string[] }[] }[];
  };
  const failures = testResults.flatMap(({ message, assertionResults }) => [
    ...(message ? [message] : []),
    ...assertionResults.flatMap(({ failureMessages }) => failureMessages),
  ]);
  expect([failures, numPassedTests]).toEqual([[], checks.length]);
  expect(existsSync(join(folder, "cassettes/greeting.json"))).toBe(true);
});

/** An example that imports the sources of this clone in place of an installed package. */
const fromSource = (code: string) => code.replaceAll(/"troupe\/(\w+)"/g, `"${root}/$1/index.ts"`);

/** `jq` is not on every machine: Node reads the id out of the answer as well. */
const withoutJq = (script: string) =>
  script.replaceAll("jq -r .thread_id", `${process.execPath} -p 'JSON.parse(fs.readFileSync(0)).thread_id'`);
