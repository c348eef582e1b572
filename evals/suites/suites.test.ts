import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { BaselineCase } from "../gate/gate.ts";

const root = resolve(import.meta.dirname, "../..");
const readLines = <Line>(path: string): Line[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

const suites = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "documents")
  .map(({ name }) => name);
const baseline = readLines<BaselineCase>(join(root, "evals/baseline.jsonl"));
/** The cases of a suite with what the baseline says of them. */
const cases = suites.flatMap((suite) =>
  readLines<{ id: string; tags: string[] }>(join(import.meta.dirname, suite, "cases.jsonl")).map(({ id, tags }) => ({
    suite,
    id,
    tags,
    accepted: baseline.find((one) => one.suite === suite && one.id === id),
  })),
);

/** The cells of the rows of docs/evals.md that begin with a suite's name. */
const rows = readFileSync(join(root, "docs/evals.md"), "utf8")
  .split("## The project's own figures")[1]!
  .split("\n")
  .map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  )
  .filter(([suite = ""]) => suites.includes(suite));

test("there are 250 cases and more, and the baseline knows each", () => {
  expect(cases.length).toBeGreaterThanOrEqual(250);
  expect(cases.filter(({ accepted }) => !accepted).map(({ suite, id }) => `${suite} > ${id}`)).toEqual([]);
});

test("the figures of the suites in docs/evals.md are those of the baseline", () => {
  const told = rows.filter(([, count = ""]) => /^\d+$/.test(count));
  const found = suites.map((suite) => {
    const own = cases.filter((one) => one.suite === suite);
    const passed = own.filter(({ accepted }) => accepted?.pass_rate === 1).length;
    const named = told.find(([name]) => name === suite)?.[3]?.split(", ") ?? [];
    const order = named.map((figure) => figure.split(" ")[0]!);
    const scorers = new Set([...order, ...own.flatMap(({ accepted }) => Object.keys(accepted?.scores ?? {}))]);
    const means = [...scorers].map((scorer) => {
      const scores = own.flatMap(({ accepted }) => accepted?.scores[scorer] ?? []);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      return `${scorer} ${mean.toFixed(2).replace(/^0/, "")}`;
    });
    return [suite, String(own.length), `${Math.round((100 * passed) / own.length)} %`, means.join(", ")];
  });
  expect(told).toEqual(found);
});

test("the weak spots in docs/evals.md are those of the baseline", () => {
  const told = rows.filter(([, , passed = ""]) => / of /.test(passed)).map((row) => row.slice(0, 3));
  expect(told.length).toBeGreaterThan(0);
  const found = told.map(([suite, tag]) => {
    const own = cases.filter((one) => one.suite === suite && one.tags.includes(tag!));
    return [suite, tag, `${own.filter(({ accepted }) => accepted?.pass_rate === 1).length} of ${own.length}`];
  });
  expect(told).toEqual(found);
});
