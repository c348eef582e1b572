import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { runTroupe } from "../tests/fixtures/run-troupe.ts";

test.each(["serve", "ask", "ingest", "doctor"])("%s --help shows examples", async (command) => {
  const { stdout, code } = await runTroupe([command, "--help"]);
  expect(stdout).toMatch(/Examples:\n {2}.*npx troupe/s);
  expect(code).toBe(0);
});

test("--version prints the version of package.json, as `npx troupe` in the clone does", async () => {
  const { version } = (await import("../package.json", { with: { type: "json" } })).default;
  const { stdout } = await promisify(execFile)("npx", ["--no-install", "troupe", "--version"], {
    cwd: resolve(import.meta.dirname, ".."),
  });
  expect(stdout).toBe(`${version}\n`);
});

test("a mistyped command is an error with the nearest one and a hint", async () => {
  const { stderr, code } = await runTroupe(["sreve"]);
  expect(stderr).toContain("Did you mean serve?");
  expect(stderr).toContain("hint: Add --help");
  expect(code).toBe(1);
});

test("an error shows its cause only with --verbose", async () => {
  const args = ["ask", "Hello?", "--url", "http://127.0.0.1:1"];
  const short = await runTroupe(args);
  expect(short).toMatchObject({ code: 1, stdout: "" });
  expect(short.stderr).toMatch(
    /^error: No server answers at "http:\/\/127\.0\.0\.1:1".*\nhint: .*npx troupe serve.*\n$/,
  );
  expect((await runTroupe([...args, "--verbose"])).stderr).toContain("[cause]");
  const nested = ["eval", "capture", "x", "--url", "http://127.0.0.1:1", "--verbose"];
  expect((await runTroupe(nested)).stderr).toContain("[cause]");
});

test("settings come from .env, and the environment wins over it", async () => {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, ".env"), "VECTOR_STORE=nowhere\n");
  const wrong = await runTroupe(["ask", "Hello?"], { cwd: folder });
  expect(wrong.stderr).toContain('error: The variable VECTOR_STORE is "nowhere"');
  const right = await runTroupe(["ask", "Hello?", "--url", "http://127.0.0.1:1"], {
    cwd: folder,
    env: { VECTOR_STORE: "auto" },
  });
  expect(right.stderr).toContain("No server answers");
});

test("a Node that is too old is told what to do", async () => {
  const folder = makeTemporaryFolder();
  const launcher = join(import.meta.dirname, "troupe.js");
  const pretend = join(folder, "pretend.mjs");
  writeFileSync(
    pretend,
    `import { fileURLToPath, pathToFileURL } from "node:url";
Object.defineProperty(process.versions, "node", { value: "20.1.0" });
process.env.TROUPE_NODE_TRIED = "true";
await import(pathToFileURL(${JSON.stringify(launcher)}));\n`,
  );
  const run = promisify(execFile)(process.execPath, [pretend]);
  await expect(run).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/needs Node 24.*20\.1\.0.*\nhint: .*npm ci/),
  });
});
