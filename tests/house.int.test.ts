import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const lines = (count: number) => `export const line = 1;\n${"// A line.\n".repeat(count - 1)}`;

/** Lints a project of these files with our configuration, and answers `path rule` for each problem. */
async function lint(files: Record<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "troupe-house-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of [".oxlintrc.json", "tests/import-arrows.ts"]) await cp(join(root, name), join(folder, name));
  const tsconfig = JSON.stringify({
    compilerOptions: { strict: true, noUncheckedIndexedAccess: true, types: [] },
  });
  for (const [path, content] of Object.entries({ "tsconfig.json": tsconfig, ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const oxlint = join(root, "node_modules/.bin/oxlint");
  const { promise, resolve: answer } = Promise.withResolvers<string>();
  execFile(oxlint, ["--format", "json"], { cwd: folder }, (_error, stdout) => answer(stdout));
  const { diagnostics } = JSON.parse(await promise) as { diagnostics: { filename: string; code: string }[] };
  return [...new Set(diagnostics.map(({ filename, code }) => `${filename} ${code}`))].toSorted();
}

test("the linter holds the direction of imports, static and dynamic, and between rooms and packages", async () => {
  const problem = "house(import-arrows)";
  const wrong = {
    "state/a.ts": 'export * from "../storage/port.ts";\n',
    "storage/b.ts": 'export { answer } from "../server/answer.ts";\n',
    "tools/c.ts": 'export const load = () => import("../nodes/step.ts");\n',
    "nodes/d.ts": 'export * from "../graphs/flow.ts";\n',
    "server/e.ts": 'export * from "../graphs/flow.ts";\n',
    "models/f.ts": 'export * from "../testing/scripted.ts";\n',
    "graphs/g.ts": 'export * from "../bench/main.ts";\n',
    "retrieval/h.ts": 'export { DatabaseSync } from "node:sqlite";\n',
    "server/i.ts": 'export { ChromaClient } from "chromadb";\n',
    "nodes/j.ts": 'export { ChatOpenAI } from "@langchain/openai";\n',
    "nodes/k.ts": 'export { TroupeError } from "../index.ts";\n',
  };
  const right = {
    "storage/port.ts": 'import { constants } from "node:sqlite";\nexport const port = constants;\n',
    "server/answer.ts": 'export * from "../storage/port.ts";\n',
    "nodes/step.ts": 'export * from "../state/fine.ts";\nexport * from "../errors.ts";\n',
    "nodes/some.test.ts": 'export * from "../testing/scripted.ts";\n',
    "state/fine.ts": "export const fine = 1;\n",
    "graphs/flow.ts": 'export * from "../nodes/step.ts";\n',
    "testing/scripted.ts": 'export * from "../models/real.ts";\n',
    "models/real.ts": 'export { ChatOpenAI } from "@langchain/openai";\n',
    "bench/main.ts": 'export * from "../graphs/flow.ts";\n',
  };
  expect(await lint({ ...wrong, ...right })).toEqual(
    Object.keys(wrong)
      .map((path) => `${path} ${problem}`)
      .toSorted(),
  );
});

test("the linter refuses cycles, long files, floating promises, any, and names that are not kebab-case", async () => {
  const problems = await lint({
    "memory/cycle-a.ts": 'import type { B } from "./cycle-b.ts";\nexport type A = { b: B };\n',
    "memory/cycle-b.ts": 'import type { A } from "./cycle-a.ts";\nexport type B = { a?: A };\n',
    "server/long.ts": lines(401),
    "server/fits.ts": lines(400),
    "server/long.test.ts": lines(601),
    "server/routes/long.ts": lines(201),
    "graphs/long.ts": lines(81),
    "nodes/orchestrator/long.ts": lines(61),
    "state/long.ts": lines(41),
    "tools/long.ts": lines(81),
    "tools/engine/fits.ts": lines(400),
    "models/floating.ts": "async function work() {}\nexport const start = () => {\n  work();\n};\n",
    "models/any.ts": "export const value: any = 1;\n",
    "models/camelCase.ts": "export const value = 1;\n",
  });
  expect(problems).toEqual([
    "graphs/long.ts eslint(max-lines)",
    "memory/cycle-a.ts import(no-cycle)",
    "memory/cycle-b.ts import(no-cycle)",
    "models/any.ts typescript(no-explicit-any)",
    "models/camelCase.ts unicorn(filename-case)",
    "models/floating.ts typescript(no-floating-promises)",
    "nodes/orchestrator/long.ts eslint(max-lines)",
    "server/long.test.ts eslint(max-lines)",
    "server/long.ts eslint(max-lines)",
    "server/routes/long.ts eslint(max-lines)",
    "state/long.ts eslint(max-lines)",
    "tools/long.ts eslint(max-lines)",
  ]);
});

test("no file or folder is named after nothing in particular", async () => {
  const vague = /(^|\/)(utils?|helpers?|lib|common|manager|service|misc)(\.|\/|$)/;
  const rooms = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const own = rooms.map((entry) => entry.name).filter((name) => !/^(\.|node_modules|dist|coverage)/.test(name));
  const paths = await Promise.all(
    own.map(async (room) => (await readdir(join(root, room), { recursive: true })).map((path) => join(room, path))),
  );
  expect(paths.flat().filter((path) => vague.test(path))).toEqual([]);
});
