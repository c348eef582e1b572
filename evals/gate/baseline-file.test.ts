import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { listPassing, readBaseline, toBaseline, writeBaseline } from "./baseline-file.ts";
import { gateRun } from "./gate-run.ts";
import { showUpdate } from "./show-update.ts";

const newPath = () => join(makeTemporaryFolder(), "evals/baseline.jsonl");
const ratesOf = ({ cases }: { cases: { suite: string; id: string; pass_rate: number }[] }) =>
  cases.map(({ suite, id, pass_rate }) => [suite, id, pass_rate]);

test("a baseline reads back as it was written, a line a case in the order of their ids, with answers in short", async () => {
  const path = newPath();
  const run = makeEvalRun({ b: [1], a: [0, 1] });
  run.suites[0]!.cases[0]!.trials[0]!.observation.text = "long ".repeat(1_000);
  const written = await writeBaseline(path, run, undefined, "all");
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  expect(lines.slice(1).map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(["a", "b"]);
  expect(await readBaseline(path)).toEqual(written);
  const [a, b] = written.cases;
  expect(a).toEqual(toBaseline(run).cases[1]);
  expect(b!.text).toHaveLength(601);
});

test("times, which differ with the machine, are not kept", () => {
  const run = makeEvalRun({ a: [1] }, { scorers: [{ name: "wait", kind: "measure", unit: "ms", passMark: 1 }] });
  run.suites[0]!.cases[0]!.trials[0]!.scores = {
    wait: { score: null, passed: null, value: 12 },
    tokens: { score: null, passed: null, value: 7 },
  };
  expect(toBaseline(run).cases[0]!.values).toEqual({ tokens: 7 });
});

test("a run of some cases updates these alone, one of suites lets go of what is gone from them, a whole one of suites", async () => {
  const path = newPath();
  const two = makeEvalRun({ a: [1], b: [1] });
  two.suites.push(...makeEvalRun({ c: [1], d: [1] }, { name: "other" }).suites);
  const before = await writeBaseline(path, two, undefined, "all");
  const text = await readFile(path, "utf8");
  const now = makeEvalRun({ b: [0] });
  expect(ratesOf(await writeBaseline(path, now, before, "cases"))).toEqual([
    ["other", "c", 1],
    ["other", "d", 1],
    ["support", "a", 1],
    ["support", "b", 0],
  ]);
  await writeBaseline(path, makeEvalRun({ b: [1] }), await readBaseline(path), "cases");
  expect(await readFile(path, "utf8"), "what git shows as changed").toBe(text);
  expect(ratesOf(await writeBaseline(path, now, before, "suites"))).toEqual([
    ["other", "c", 1],
    ["other", "d", 1],
    ["support", "b", 0],
  ]);
  expect(ratesOf(await writeBaseline(path, now, before, "all"))).toEqual([["support", "b", 0]]);
  const renamed = makeEvalRun({ c: [1] }, { name: "another", file: "evals/other.eval.ts" });
  expect(ratesOf(await writeBaseline(path, renamed, before, "suites"))).toEqual([
    ["another", "c", 1],
    ["support", "a", 1],
    ["support", "b", 1],
  ]);
});

test("what a run did not come to, as it was stopped or a suite is broken, stays", async () => {
  const path = newPath();
  const two = makeEvalRun({ a: [1], b: [1] });
  two.suites.push(...makeEvalRun({ c: [1] }, { name: "other" }).suites);
  const before = await writeBaseline(path, two, undefined, "all");
  const stopped: EvalRun = { ...makeEvalRun({ b: [0] }, { planned: 2 }), status: "interrupted" };
  expect(ratesOf(await writeBaseline(path, stopped, before, "all"))).toEqual([
    ["other", "c", 1],
    ["support", "a", 1],
    ["support", "b", 0],
  ]);
  const broken = makeEvalRun({ a: [1], b: [1] });
  broken.suites.push(...makeEvalRun({}, { name: "other.eval.ts", error: { message: "broken" } }).suites);
  expect((await writeBaseline(path, broken, before, "all")).cases).toHaveLength(3);
});

test("a part of other models is refused, as one head tells the models of all cases", async () => {
  const path = newPath();
  const before = await writeBaseline(path, makeEvalRun({ a: [1], b: [1] }), undefined, "all");
  const text = await readFile(path, "utf8");
  const other = makeEvalRun({ b: [0] });
  other.environment.models.smart = "openai:gpt-5.4";
  await expect(writeBaseline(path, other, before, "cases")).rejects.toMatchObject({ code: "config_invalid" });
  expect(await readFile(path, "utf8")).toBe(text);
  expect((await writeBaseline(path, other, before, "all")).models.smart).toBe("openai:gpt-5.4");
});

test("a damaged line and a case that is there twice are named, and where no file is there is no baseline", async () => {
  const path = newPath();
  expect(await readBaseline(path)).toBeUndefined();
  await writeBaseline(path, makeEvalRun({ a: [1], b: [1] }), undefined, "all");
  const text = await readFile(path, "utf8");
  const damaged = async (content: string) => {
    await writeFile(path, content);
    return readBaseline(path).catch(({ code, message }: { code: string; message: string }) => [code, message]);
  };
  expect(await damaged(text.replace('"id":"b"', '"id":'))).toEqual([
    "case_invalid",
    `The baseline is damaged at "${path}:3".`,
  ]);
  expect(await damaged(text + text.split("\n")[1]!)).toEqual([
    "case_invalid",
    `The baseline is damaged at "${path}:4". It has the case of line 2 again.`,
  ]);
  expect(await damaged("")).toEqual(["case_invalid", `The baseline is damaged at "${path}:1".`]);
});

test("an update shows what it accepts, what is worse and gone first", () => {
  const [before, after] = [makeEvalRun({ a: [1], b: [0], c: [1] }), makeEvalRun({ a: [0], b: [1], d: [1] })].map(
    toBaseline,
  );
  expect(showUpdate(before, after!, "baseline.jsonl").split("\n")).toEqual([
    "baseline.jsonl holds 3 cases now.",
    "  worse   support > a: 100 % → 0 %",
    "  gone    support > c",
    "  better  support > b: 0 % → 100 %",
    "  new     1 case",
  ]);
  expect(showUpdate(before, before!, "baseline.jsonl")).toContain("No case passes more or less often than before.");
});

test("an update shows other models, means that fell, and what it does not excuse", () => {
  const [before, after] = [makeEvalRun({ a: [1], b: [1] }), makeEvalRun({ a: [1], b: [1] })].map(toBaseline);
  before!.models = { fast: "embedded", smart: "openai:gpt-5.4", embed: null };
  before!.cases[0]!.scores = { ndcg: 1, recall: 0.5 };
  after!.cases[0]!.scores = { ndcg: 0.8, recall: 0.6 };
  const threshold = 'The mean of "ndcg" is 0.8, below the threshold of 0.9.';
  expect(showUpdate(before, after!, "baseline.jsonl", [threshold]).split("\n")).toEqual([
    "baseline.jsonl holds 2 cases now.",
    "  models  embedded, openai:gpt-5.4 → embedded, embedded",
    '  lower   support, mean of "ndcg": 1 → 0.8',
    "  No case passes more or less often than before.",
    "Still fails, since no baseline excuses it:",
    `  ${threshold}`,
  ]);
});

test("what is sure to have passed is listed by suite", () => {
  const run = makeEvalRun({ a: [1], b: [0], c: [1, 1] });
  run.suites.push(...makeEvalRun({ d: [1] }, { name: "other" }).suites);
  expect(listPassing(toBaseline(run))).toEqual({ support: ["a"], other: ["d"] });
});

test("a suite's demands and its cases' fingerprints are kept, and what is lower or other is told and shown", async () => {
  const path = newPath();
  const draw = (fingerprint: string, threshold: Record<string, number>, passMark: number) => {
    const scorers = [{ name: "answer", kind: "rule" as const, passMark }];
    const run = makeEvalRun({ a: [1], b: [1] }, { threshold, scorers });
    run.suites[0]!.cases[0]!.fingerprint = fingerprint;
    run.suites[0]!.cases[1]!.fingerprint = "same";
    return run;
  };
  await writeBaseline(path, draw("f1", { pass: 0.9, answer: 0.5 }, 1), undefined, "all");
  const before = (await readBaseline(path))!;
  const now = draw("f2", { answer: 0.6 }, 0.5);
  const told = gateRun(now, before, "all");
  expect([told.passed, told.findings.map(({ kind, message }) => [kind, message])]).toEqual([
    true,
    [
      ["case_changed", "Cases whose input, expectation, faults or cassette are not those of the baseline: a."],
      [
        "demand_lower",
        'Demands that are lower than the baseline\'s: the threshold of "pass", 0.9 → none, the pass mark of "answer", 1 → 0.5.',
      ],
    ],
  ]);
  expect(gateRun(now, before, "cases").findings.map(({ kind }) => kind)).toEqual(["case_changed"]);
  expect(showUpdate(before, toBaseline(now), path)).toContain(
    [
      '  lower   support: the threshold of "pass", 0.9 → none',
      '  lower   support: the pass mark of "answer", 1 → 0.5',
      "  other   support > a: its input, expectation, faults or cassette",
    ].join("\n"),
  );
  const after = await writeBaseline(path, now, before, "cases");
  expect(after.demands, "a run of some cases accepts no other demands").toEqual(before.demands);
  expect((await writeBaseline(path, now, before, "suites")).demands).toEqual(toBaseline(now).demands);
});
