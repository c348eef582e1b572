import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";

const root = resolve(import.meta.dirname, "..");
const quote = (...path: string[]) => JSON.stringify(join(root, ...path));

const files = {
  // What a request would do without the network, in every process and before any other file.
  "stub.mjs": `globalThis.fetch = async (input) => {
      console.log("SENT", new URL(input.url ?? input).hostname);
      return Response.json({ choices: [{ message: { role: "assistant", content: "Hi." } }] });
    };`,
  "vitest.config.ts": `import { evalsProject } from ${quote("evals/vitest.ts")};
    export default {
      test: { projects: [evalsProject, { test: { name: "own", include: ["own.spec.ts"], sequence: { groupOrder: 1 } } }] },
    };`,
  "a.eval.ts": `import { ChatOpenAI } from "@langchain/openai";
    import { defineSuite } from ${quote("evals/index.ts")};
    import { key } from "@/key.ts";
    const ask = async () => [key, await new ChatOpenAI({ apiKey: "k", model: "m" }).invoke("Hi.").then(({ text }) => text, String)];
    defineSuite("offline", {
      task: ask,
      cases: [{ input: 1 }],
      scorers: [function refused({ output: [of, said] }) { console.log("EVAL", of, said); return said.includes("was refused"); }],
    });`,
  "src/key.ts": 'export const key = process.env.OPENAI_API_KEY ?? "none";',
  "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
  "dist/a.eval.js": 'console.log("BUILT");',
  "own.spec.ts": `import { test } from "vitest";
    test("is as it was", async () => {
      console.log("OWN", process.env.OPENAI_API_KEY, process.env.TROUPE_FORBID_MODEL_CALLS, (await fetch("https://own.example.com")).status);
    });`,
};

test("under a vitest of one's own suites have no key and reach no other machine, import by the paths of the tsconfig.json, and leave out what was built; other projects are as they were", async () => {
  const folder = makeTemporaryFolder();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of ["src", "dist"]) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { TROUPE_FORBID_MODEL_CALLS: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin/vitest"), ["run", "--no-isolate"], {
    cwd: folder,
    env: { ...env, NO_COLOR: "1", OPENAI_API_KEY: "secret", NODE_OPTIONS: `--import ${join(folder, "stub.mjs")}` },
  }).catch((error: unknown) => error as { stdout: string });
  expect(stdout).toContain("OWN secret undefined 200");
  expect(stdout).toMatch(/EVAL none .*A request to "api\.openai\.com" was refused/);
  expect(stdout).not.toContain("BUILT");
  expect(stdout.match(/SENT .*/g)).toEqual(["SENT own.example.com"]);
});
