import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { runTroupe } from "../../tests/fixtures/run-troupe.ts";
import { readRun } from "../results/run-folder.ts";

const root = resolve(import.meta.dirname, "../..");

/** Runs a suite file with the real command, in a folder that has these files beside it. */
async function runSuites(files: Record<string, string>, args: string[] = []) {
  const folder = makeTemporaryFolder();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const output = join(folder, "runs");
  const result = await runTroupe(["eval", "--output", output, ...args], { cwd: folder });
  const [run = ""] = (await readdir(output)).filter((name) => name.startsWith("20"));
  const { suites } = await readRun(join(output, run));
  return { ...result, suites: Object.fromEntries(suites.map((suite) => [suite.name, suite])) };
}

const evals = join(root, "evals/index.ts");
const fixture = JSON.stringify(new URL("../../tests/fixtures/define-suites.ts", import.meta.url).pathname);

test("each suite of a file runs or says why it cannot, whatever the others do", async () => {
  const { suites, code } = await runSuites({
    "all.eval.ts": `import { defineSuites } from ${fixture};\ndefineSuites();\n`,
    "notes.md": "# Tides\n\nThe tide tables hang in the boathouse.\n",
    "broken.jsonl": '{"input":1}\n{"input":\n',
    "langgraph.json": JSON.stringify({ graphs: { real: "./none.ts:graph" } }),
  });
  expect(code).toBe(1);

  const [right, wrong] = suites["sums"]!.cases;
  expect(right).toMatchObject({ id: "right", trials: [{ passed: true }, { passed: true }] });
  expect(wrong!.trials[1]).toMatchObject({
    number: 2,
    scores: { sum: { score: 0, passed: false, comment: "expected 4" } },
  });
  expect(suites["sums"]).toMatchObject({ file: "all.eval.ts", subject: "task", planned: 2, repeat: 2 });
  expect(suites["sums"]!.unread).toEqual({ smu: [expect.stringMatching(/all\.eval\.ts, case 2$/)] });
  const place = expect.stringMatching(/all\.eval\.ts, case 1$/) as unknown;
  expect(suites["faults"]!.unmet).toEqual({ 'call 2 of the tool "dig"': [place], "any model": [place] });
  expect(wrong!.expected).toEqual({ sum: 4, smu: 3 });
  expect(suites["stopped clock"]!.cases[0]!.trials[0]!.passed).toBe(true);
  expect(Date.parse(suites["stopped clock"]!.started_at)).toBeGreaterThan(Date.parse("2026-06-01"));

  expect(suites["own documents"]!.cases[0]!.trials[0]!.passed).toBe(true);
  const { log, data } = suites["after it"]!.cases[0]!.trials[0]!.observation.output as { log: string[]; data: unknown };
  expect(log).toEqual([expect.stringContaining("troupe-evals-"), "closed"]);
  expect(data).toBeNull();
  expect(existsSync(log[0]!.replace("set up in ", ""))).toBe(false);

  const errors = Object.entries(suites).flatMap(([name, { error }]) => (error ? [[name, error.message]] : []));
  expect(Object.fromEntries(errors)).toEqual({
    "no such graph": 'The graph "nope" is not in langgraph.json.',
    "broken file": expect.stringMatching(/^broken\.jsonl:2:\d+ is not valid JSON/),
    "no documents": expect.stringContaining("none.md"),
    "no time": 'The clock "tomorrow" is no time.',
    "no scorer": 'The threshold "anwser" is of no scorer of the suite, which has pass.',
    "no share": 'The threshold "latency" is 2000, and a share or a mean is from 0 to 1.',
    "no option": 'A suite has no option "scorerz".',
    "no tries": '"repeat" of the suite is 0.',
    "bad end": "The port is still open.",
    "two subjects": "The suite has graph and task.",
  });
  expect(suites["bad end"]!.cases).toHaveLength(1);
});

test("a suite name that two files use is an error of the second, and the first keeps its cases", async () => {
  const suite = (input: number) =>
    `import { defineSuite } from ${JSON.stringify(evals)};
     defineSuite("same", { task: () => 1, cases: [{ input: ${input} }] });`;
  const { suites, code } = await runSuites({ "a.eval.ts": suite(1), "b.eval.ts": suite(2) });
  expect(code).toBe(1);
  expect(suites["same"]!.cases).toHaveLength(1);
  const other = Object.values(suites).find(({ name }) => name !== "same");
  expect(other?.error?.message).toMatch(/^Two suites are named "same", in "[ab]\.eval\.ts" and in "[ab]\.eval\.ts"\.$/);
});

test("a suite name that stands twice in one file is told with this file once", async () => {
  const suite = 'defineSuite("same", { task: () => 1, cases: [{ input: 1 }] });';
  const head = `import { defineSuite } from ${JSON.stringify(evals)};`;
  const { suites } = await runSuites({ "a.eval.ts": [head, suite, suite].join("\n") });
  expect(suites["same (a.eval.ts)"]?.error?.message).toBe('Two suites are named "same", both in "a.eval.ts".');
});

test("the command's --repeat and --case stand in place of what the suite says", async () => {
  const file = `import { defineSuite } from ${JSON.stringify(evals)};
     defineSuite("some", { task: () => 1, cases: [{ id: "one", input: 1 }, { id: "two", input: 2 }] });`;
  const { suites } = await runSuites({ "a.eval.ts": file }, ["--repeat", "3", "--case", "two"]);
  expect(suites["some"]).toMatchObject({ planned: 1, repeat: 3 });
  expect(suites["some"]!.cases.map(({ id, trials }) => [id, trials.length])).toEqual([["two", 3]]);
});

test("the suites of docs/evals.md run as they stand", async () => {
  const page = await readFile(join(root, "docs/evals.md"), "utf8");
  const graph = join(root, "examples/refund-desk.ts");
  const blocks = [...page.matchAll(/```ts\n(import .*?)```/gs)].map(([, block = ""]) =>
    block
      .replaceAll('"troupe/evals"', JSON.stringify(evals))
      .replaceAll('"troupe/testing"', JSON.stringify(join(root, "testing/index.ts")))
      .replaceAll('"./refund-desk.ts"', JSON.stringify(graph)),
  );
  const [written, conversation] = blocks.filter((block) => block.includes('"refund'));
  const recording = blocks.find((block) => block.includes("recordCassette"))!;
  const { suites } = await runSuites({
    "a.eval.ts": written!,
    "b.eval.ts": conversation!,
    "c.eval.mts": `${recording}
      const { defineSuite } = await import(${JSON.stringify(evals)});
      const one = { id: "small", input: "Refund order 1001", cassette: "small.cassette.json" };
      defineSuite("played", { graph, cases: [one, { ...one, id: "other", input: "Refund order 1002" }] });`,
    "langgraph.json": JSON.stringify({ graphs: { "refund-desk": `${graph}:graph` } }),
  });
  expect(suites["refund desk"]!.cases.map(({ trials }) => trials[0]!.passed)).toEqual([true, true, true]);
  const played = suites["played"]!.cases.map(({ id, trials }) => [id, trials[0]!.observation.error?.code]);
  expect(Object.fromEntries(played)).toEqual({ small: undefined, other: "cassette_missed" });
  const { passed, observation } = suites["refunds in conversation"]!.cases[0]!.trials[0]!;
  expect(passed).toBe(true);
  expect(observation.messages.map(({ content }) => content).slice(2, 4)).toEqual(["It is 1001.", "You get 20 back."]);
});
