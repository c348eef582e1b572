import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeEvalRun } from "../../tests/fixtures/make-eval-run.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { readBaseline, toBaseline, writeBaseline } from "./baseline-file.ts";
import { showUpdate } from "./show-update.ts";

test("a baseline reads back as it was written, a line a case in the order of their ids", async () => {
  const path = join(makeTemporaryFolder(), "evals/baseline.jsonl");
  const run = makeEvalRun({ b: [1], a: [0, 1] });
  await writeBaseline(path, run, undefined, { whole: true });
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  expect(lines.slice(1).map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(["a", "b"]);
  expect((await readBaseline(path))?.cases).toEqual(toBaseline(run).cases.toReversed());
});

test("a run of a part leaves the other cases as they were, a whole one lets go of them", async () => {
  const path = join(makeTemporaryFolder(), "baseline.jsonl");
  const before = await writeBaseline(path, makeEvalRun({ a: [1], b: [1] }), undefined, { whole: true });
  const part = await writeBaseline(path, makeEvalRun({ b: [0] }), before, { whole: false });
  expect(part.cases.map(({ id, pass_rate }) => [id, pass_rate])).toEqual([
    ["a", 1],
    ["b", 0],
  ]);
  const all = await writeBaseline(path, makeEvalRun({ b: [0], c: [1] }), part, { whole: true });
  expect(all.cases.map(({ id }) => id)).toEqual(["b", "c"]);
  expect(showUpdate(before, all, path).split("\n").slice(1)).toEqual([
    "  worse   support > b: 100 % → 0 %",
    "  gone    support > a",
    "  new     1 cases",
  ]);
});

test("a damaged line is named, and where no file is there is no baseline", async () => {
  const path = join(makeTemporaryFolder(), "baseline.jsonl");
  expect(await readBaseline(path)).toBeUndefined();
  await writeBaseline(path, makeEvalRun({ a: [1], b: [1] }), undefined, { whole: true });
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"id":"b"', '"id":'));
  await expect(readBaseline(path)).rejects.toMatchObject({
    code: "case_invalid",
    message: `The baseline is damaged at "${path}:3".`,
  });
});
