import { isDeepStrictEqual } from "node:util";
import { meanOf } from "../statistics/interval.ts";
import { permutationTest } from "../statistics/permutation-test.ts";
import { keyOf } from "./baseline-file.ts";
import type { Baseline, BaselineCase } from "./gate.ts";

/** What a case came to in two runs; one side is missing where the case is. */
export interface CaseDifference {
  suite: string;
  id: string;
  before?: BaselineCase;
  after?: BaselineCase;
  /** What differs: `pass_rate`, `text`, `nodes`, `tools`, `documents`, `route`, `error`, or `score <scorer>`. */
  changed: string[];
}

/** What a suite came to in two runs, over the cases that both have. */
export interface SuiteDifference {
  name: string;
  cases: number;
  before: number;
  after: number;
  better: number;
  worse: number;
  /** Chance of so much lower a pass rate by luck alone; only where tries differ. */
  p?: number;
}

export interface RunDifference {
  suites: SuiteDifference[];
  /** Those that differ, worse ones first. */
  cases: CaseDifference[];
}

const compared = ["pass_rate", "text", "nodes", "tools", "documents", "route", "error"] as const;

/** What differs between two runs, or a run and a baseline. */
export function diffRuns(a: Baseline, b: Baseline): RunDifference {
  const before = new Map(a.cases.map((one) => [keyOf(one), one]));
  const after = new Map(b.cases.map((one) => [keyOf(one), one]));
  const cases = [...new Set([...before.keys(), ...after.keys()])].map((key) =>
    compareCase(before.get(key), after.get(key)),
  );
  const names = [...new Set(cases.map(({ suite }) => suite))];
  return {
    suites: names.map((name) =>
      compareSuite(
        name,
        cases.filter(({ suite }) => suite === name),
      ),
    ),
    cases: cases.filter(({ changed }) => changed.length > 0).toSorted((x, y) => changeOf(x) - changeOf(y)),
  };
}

function compareCase(before: BaselineCase | undefined, after: BaselineCase | undefined): CaseDifference {
  const { suite, id } = (before ?? after)!;
  if (!before || !after) return { suite, id, before, after, changed: [before ? "gone" : "new"] };
  const scores = [...new Set([...Object.keys(before.scores), ...Object.keys(after.scores)])];
  const changed = [
    ...compared.filter((field) => !isDeepStrictEqual(before[field], after[field])),
    ...scores.filter((name) => before.scores[name] !== after.scores[name]).map((name) => `score ${name}`),
  ];
  return { suite, id, before, after, changed };
}

/** How much better it got; 0 for a case that one side lacks. */
const changeOf = ({ before, after }: CaseDifference): number =>
  before && after ? after.pass_rate - before.pass_rate : 0;

function compareSuite(name: string, cases: CaseDifference[]): SuiteDifference {
  const both = cases.filter(({ before, after }) => before && after);
  const varies = both.some(({ before, after }) => before!.varies || after!.varies);
  return {
    name,
    cases: both.length,
    before: meanOf(both.map(({ before }) => before!.pass_rate)),
    after: meanOf(both.map(({ after }) => after!.pass_rate)),
    better: both.filter((one) => changeOf(one) > 0).length,
    worse: both.filter((one) => changeOf(one) < 0).length,
    ...(varies && { p: permutationTest(both.map(changeOf)) }),
  };
}
