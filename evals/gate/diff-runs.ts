import { isDeepStrictEqual } from "node:util";
import type { EvalRun } from "../results/eval-run.ts";
import { estimateMean } from "../statistics/interval.ts";
import { pairedPermutationTest } from "../statistics/permutation-test.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import type { Estimate, SuiteSummary } from "../statistics/summary.ts";
import { keyOf, shorten, toBaseline } from "./baseline-file.ts";
import { hasOwnChance, isSure } from "./compare-suite.ts";
import type { Baseline, BaselineCase } from "./gate.ts";

/** What a case came to in two runs; one side is missing where the case is. */
export interface CaseDifference {
  suite: string;
  id: string;
  before?: BaselineCase;
  after?: BaselineCase;
  /** What differs: `pass_rate`, `text`, `nodes`, `tools`, `documents`, `route`, `error`, or `score <scorer>`; or `new` or `gone`. */
  changed: string[];
}

/** What a suite came to in one of the runs, over the cases that both have; a baseline keeps no usage. */
export interface SuiteFigures extends Partial<Pick<SuiteSummary, "latency_ms" | "total_tokens" | "cost">> {
  pass: Estimate;
}

export interface SuiteDifference {
  name: string;
  /** How many cases both runs have, and of these how many pass less and more often. */
  cases: number;
  worse: number;
  better: number;
  before: SuiteFigures;
  after: SuiteFigures;
  /** Chance that the pass rates of the two would lie so far apart, either way, if neither were better; only where trials may differ. */
  p?: number;
}

export interface RunDifference {
  suites: SuiteDifference[];
  /** Those that differ, worse ones first. */
  cases: CaseDifference[];
}

const compared = ["pass_rate", "text", "nodes", "tools", "documents", "route", "error"] as const;

/** What differs between two runs, or a run and a baseline. */
export function diffRuns(a: EvalRun | Baseline, b: EvalRun | Baseline): RunDifference {
  const [before, after] = [a, b].map((run) => new Map(casesOf(run).map((one) => [keyOf(one), one]))) as [
    Map<string, BaselineCase>,
    Map<string, BaselineCase>,
  ];
  const cases = [...new Set([...before.keys(), ...after.keys()])].map((key) =>
    compareCase(before.get(key), after.get(key)),
  );
  const suites = Object.entries(Object.groupBy(cases, ({ suite }) => suite)).map(([name, differences = []]) => {
    const both = differences.filter((one): one is Required<CaseDifference> => Boolean(one.before && one.after));
    const ids = new Set(both.map(({ id }) => id));
    const chance = hasOwnChance(both.flatMap(({ before: was, after: now }) => [was, now]));
    const figures = (run: EvalRun | Baseline, side: "before" | "after"): SuiteFigures => ({
      pass: estimateMean(both.map((one) => one[side].pass_rate)),
      ...usageOf(run, name, ids),
    });
    return {
      name,
      cases: both.length,
      worse: both.filter((one) => changeOf(one) < 0).length,
      better: both.filter((one) => changeOf(one) > 0).length,
      before: figures(a, "before"),
      after: figures(b, "after"),
      ...(!both.every((one) => isSure(one.before, one.after, chance)) && {
        p: pairedPermutationTest(both.map(changeOf)).both,
      }),
    };
  });
  return {
    suites,
    cases: cases.filter(({ changed }) => changed.length > 0).toSorted((x, y) => changeOf(x) - changeOf(y)),
  };
}

const casesOf = (run: EvalRun | Baseline): BaselineCase[] => ("suites" in run ? toBaseline(run) : run).cases;

function usageOf(run: EvalRun | Baseline, name: string, ids: ReadonlySet<string>) {
  const suite = "suites" in run ? run.suites.find((one) => one.name === name) : undefined;
  if (!suite) return {};
  const { latency_ms, total_tokens, cost } = summarizeSuite({
    ...suite,
    cases: suite.cases.filter(({ id }) => ids.has(id)),
  });
  return { latency_ms, total_tokens, cost };
}

function compareCase(before: BaselineCase | undefined, after: BaselineCase | undefined): CaseDifference {
  const { suite, id } = (before ?? after)!;
  if (!before || !after) return { suite, id, before, after, changed: [before ? "gone" : "new"] };
  const scores = [...new Set([...Object.keys(before.scores), ...Object.keys(after.scores)])];
  const changed = [
    ...compared.filter((field) =>
      field === "text"
        ? !isSameText(before.text, after.text)
        : !isDeepStrictEqual(before[field] ?? null, after[field] ?? null),
    ),
    ...scores.filter((name) => before.scores[name] !== after.scores[name]).map((name) => `score ${name}`),
  ];
  return { suite, id, before, after, changed };
}

/** Also where a baseline has one of them in short. */
const isSameText = (a: string, b: string): boolean => a === b || shorten(a) === b || a === shorten(b);

/** How much better it got; 0 for a case that one side lacks. */
const changeOf = ({ before, after }: CaseDifference): number =>
  before && after ? after.pass_rate - before.pass_rate : 0;
