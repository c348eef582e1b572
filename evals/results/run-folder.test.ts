import { execFile } from "node:child_process";
import { appendFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import type { CaseResult, EvalEnvironment, SuiteResult } from "./eval-run.ts";
import { appendCase, claimSuite, createRun, finishRun, readRun, writeSuite } from "./run-folder.ts";

const environment: EvalEnvironment = {
  troupe: "0.1.0",
  node: "26.10.0",
  commit: null,
  dirty: false,
  models: { fast: "embedded", smart: "embedded", embed: null },
  live: false,
};

const suite = (name: string): Omit<SuiteResult, "cases"> => ({
  name,
  file: "evals/a.eval.ts",
  subject: "task",
  repeat: 1,
  threshold: {},
  scorers: [],
  planned: 2,
  started_at: "2026-11-23T02:40:11.123Z",
  ended_at: "",
});

const caseOf = (name: string, id: string): CaseResult => ({
  suite: name,
  id,
  tags: [],
  input: "line\nbreak",
  expected: {},
  trials: [],
});

test("a run reads back with its suites and cases, also where names differ in their signs alone", async () => {
  const folder = await createRun(makeTemporaryFolder(), environment);
  for (const name of ["a b", "a-b"]) {
    await writeSuite(folder, suite(name));
    for (const id of ["2", "1"]) appendCase(folder, caseOf(name, id));
  }
  await finishRun(folder, "complete");
  const run = await readRun(folder);
  expect(run).toMatchObject({ version: 1, status: "complete", environment });
  expect(run.suites.map(({ name, cases }) => [name, cases.map(({ id }) => id)])).toEqual([
    ["a b", ["1", "2"]],
    ["a-b", ["1", "2"]],
  ]);
  expect(run.suites[0]?.cases[0]?.input).toBe("line\nbreak");
});

test("of a run that was killed in the middle of a line all other cases are read", async () => {
  const folder = await createRun(makeTemporaryFolder(), environment);
  await writeSuite(folder, suite("cut"));
  appendCase(folder, caseOf("cut", "1"));
  const [file = ""] = await readdir(join(folder, "cases"));
  await appendFile(join(folder, "cases", file), '\n{"suite":"cut","id":"2","tri');
  appendCase(folder, caseOf("cut", "3"));
  const run = await readRun(folder);
  expect(run.status).toBe("interrupted");
  expect(run.suites[0]?.cases.map(({ id }) => id)).toEqual(["1", "3"]);
});

test("cases of megabytes that several processes end at the same time stay whole", async () => {
  const folder = await createRun(makeTemporaryFolder(), environment);
  await writeSuite(folder, suite("long"));
  const code = `import { appendCase } from ${JSON.stringify(new URL("./run-folder.ts", import.meta.url).href)};
    const result = JSON.parse(process.argv[1]);
    result.input = "long ".repeat(300_000);
    for (let index = 0; index < 5; index += 1) appendCase(process.argv[2], { ...result, id: result.id + index });`;
  const options = (id: string) => ["--input-type=module", "--eval", code, JSON.stringify(caseOf("long", id)), folder];
  await Promise.all(["a", "b", "c"].map(async (id) => promisify(execFile)(process.execPath, options(id))));
  expect((await readRun(folder)).suites[0]?.cases).toHaveLength(15);
});

test("runs that begin in the same millisecond get folders of their own", async () => {
  const output = makeTemporaryFolder();
  const folders = await Promise.all(Array.from({ length: 20 }, async () => createRun(output, environment)));
  expect(new Set(folders).size).toBe(20);
});

test("of suites that claim one name at the same time one gets it, and the others are told its file", async () => {
  const folder = await createRun(makeTemporaryFolder(), environment);
  const claims = Array.from({ length: 20 }, async (_, index) =>
    claimSuite(folder, { ...suite("one"), file: `${index}.eval.ts` }),
  );
  const others = await Promise.all(claims);
  const winner = others.indexOf(undefined);
  expect(others.filter((file) => file !== `${winner}.eval.ts`)).toEqual([undefined]);
});

test("the draft of a suite that a kill left behind is not read", async () => {
  const folder = await createRun(makeTemporaryFolder(), environment);
  await writeFile(join(folder, "suites", "x.json.1.draft"), '{"na');
  expect((await readRun(folder)).suites).toEqual([]);
});

test("what is no folder of a run is told, with where runs are", async () => {
  await expect(readRun(makeTemporaryFolder())).rejects.toMatchObject({ code: "eval_run_not_found" });
});

test("cases of megabytes that end at the same time stay whole", async () => {
  const folder = await createRun(makeTemporaryFolder(), environment);
  await writeSuite(folder, suite("long"));
  const ids = ["a", "b", "c", "d"];
  await Promise.all(ids.map(async (id) => appendCase(folder, { ...caseOf("long", id), input: id.repeat(2_000_000) })));
  expect((await readRun(folder)).suites[0]!.cases.map(({ id }) => id)).toEqual(ids);
});
