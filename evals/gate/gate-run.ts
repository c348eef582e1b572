import { isDeepStrictEqual } from "node:util";
import type { EvalRun } from "../results/eval-run.ts";
import { keyOf, toBaseline } from "./baseline-file.ts";
import { checkSuite } from "./check-suite.ts";
import { compareSuite } from "./compare-suite.ts";
import { confirmSuspicions } from "./confirm-suspicions.ts";
import { findScoreFalls } from "./find-score-falls.ts";
import type { Baseline, BaselineCase, Gate, GateFinding, RunScope } from "./gate.ts";

/**
 * Judges a run by its suites' thresholds and against the baseline. What was not asked to run is not missed; `accepting` says that it is
 * to become the baseline.
 */
export function gateRun(run: EvalRun, baseline: Baseline | undefined, scope: RunScope, accepting = false): Gate {
  const hasThreshold = scope !== "cases" && run.suites.some(({ threshold }) => Object.keys(threshold).length > 0);
  const findings = [
    ...checkEnd(run),
    ...run.suites.flatMap((suite) => (run.status === "complete" || suite.error ? checkSuite(suite, scope) : [])),
    ...(baseline ? compareWithBaseline(run, baseline, scope) : tellMissing(hasThreshold, accepting)),
  ];
  const failures = findings.filter(({ level }) => level === "failure");
  return {
    passed: failures.length === 0,
    held: hasThreshold || (baseline !== undefined && holdsAny(run, baseline)),
    findings: [...failures, ...findings.filter(({ level }) => level === "notice")],
  };
}

/** A run that did not end never passes, nor does one of nothing. */
function checkEnd({ status, suites }: EvalRun): GateFinding[] {
  const done = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  const planned = suites.reduce((sum, suite) => sum + suite.planned, 0);
  const fail = (message: string): GateFinding[] => [{ level: "failure", kind: "incomplete", suite: "", message }];
  if (status !== "complete")
    return fail(`The run was stopped after ${done} of ${planned} cases of the suites that had begun.`);
  return suites.length === 0 ? fail("No case ran.") : [];
}

const tell = (message: string): GateFinding[] => [{ level: "notice", kind: "baseline", suite: "", message }];

function tellMissing(hasThreshold: boolean, accepting: boolean): GateFinding[] {
  const missing = hasThreshold
    ? "There is no baseline: only thresholds are held."
    : "There is no baseline and no threshold: whether answers are good, or as good as before, was not judged.";
  return tell(`${missing} ${accepting ? "This run becomes the baseline." : "Accept this run with --update-baseline."}`);
}

function holdsAny({ suites, environment }: EvalRun, baseline: Baseline): boolean {
  const known = new Set(baseline.cases.map(keyOf));
  return (
    isDeepStrictEqual(baseline.models, environment.models) &&
    suites.some(({ cases }) => cases.some((one) => known.has(keyOf(one))))
  );
}

function compareWithBaseline(run: EvalRun, baseline: Baseline, scope: RunScope): GateFinding[] {
  const after = toBaseline(run);
  const of = (cases: readonly BaselineCase[], name: string) => cases.filter(({ suite }) => suite === name);
  const compared = run.suites.map((suite) => {
    const [was, is] = [of(baseline.cases, suite.name), of(after.cases, suite.name)];
    return { ...compareSuite(suite, was, is), falls: findScoreFalls(suite, was, is) };
  });
  const changes = [
    ...compared.flatMap(({ findings }) => findings),
    ...confirmSuspicions(compared.flatMap(({ suspicions }) => suspicions)),
    ...compared.flatMap(({ falls }) => falls),
  ];
  if (!isDeepStrictEqual(baseline.models, run.environment.models)) {
    const { fast, smart } = baseline.models;
    const worse = changes.filter(({ level }) => level === "failure").length;
    return tell(
      `The baseline is of other models (${fast}, ${smart}): only thresholds are held. Against it there would be ${worse} ` +
        `regressions, which \`troupe eval diff baseline ${run.run_id}\` shows.`,
    );
  }
  return [...changes, ...findAddedAndGone(run, baseline, after, scope)];
}

/** Cases that come and go are told. A suite that ran no more would be the quietest of regressions, so that fails the gate. */
function findAddedAndGone(run: EvalRun, before: Baseline, after: Baseline, scope: RunScope): GateFinding[] {
  const only = (cases: readonly BaselineCase[], others: readonly BaselineCase[], name: string) => {
    const known = new Set(others.filter(({ suite }) => suite === name).map(({ id }) => id));
    return cases.filter(({ suite, id }) => suite === name && !known.has(id)).toSorted(byPassRate);
  };
  const notice = (suite: string, kind: GateFinding["kind"], what: string, names: string[]): GateFinding[] =>
    names.length === 0 ? [] : [{ level: "notice", kind, suite, message: `${what}: ${list(names)}.` }];
  const idsOf = (cases: readonly BaselineCase[]) => cases.map(({ id }) => id);
  const describeNew = (cases: BaselineCase[]) => {
    const failing = cases.filter(({ pass_rate }) => pass_rate < 1).length;
    return `New cases${failing > 0 ? `, ${failing} of ${cases.length} failing` : ""}`;
  };
  const findings = run.suites.flatMap(({ name, error, cases, planned }) => {
    const idle = Object.entries(findUnjudged(name, before, after)).map(
      ([scorer, ids]) => `"${scorer}" of ${list(ids)}`,
    );
    const [added, gone] = [only(after.cases, before.cases, name), only(before.cases, after.cases, name)];
    return [
      ...notice(name, "case_new", describeNew(added), idsOf(added)),
      ...(scope === "cases" || error || cases.length < planned
        ? []
        : notice(name, "case_missing", "Cases of the baseline that are no more", idsOf(gone))),
      ...notice(name, "scorer_missing", "Scorers that have nothing to say any more", idle),
    ];
  });
  if (scope !== "all" || run.status !== "complete") return findings;
  const ran = new Set(run.suites.map(({ name }) => name));
  const missing = new Set(before.cases.map(({ suite }) => suite).filter((suite) => !ran.has(suite)));
  return [
    ...findings,
    ...[...missing].map((suite): GateFinding => {
      const message =
        "The suite of the baseline did not run. Where it is gone for good, say so with --update-baseline.";
      return { level: "failure", kind: "case_missing", suite, message };
    }),
  ];
}

/** By scorers, the cases that they judged before and no more, though they pass as before: it may be for want of that. */
function findUnjudged(suite: string, before: Baseline, after: Baseline): Record<string, string[]> {
  const known = new Map(after.cases.map((one) => [keyOf(one), one]));
  const unjudged: Record<string, string[]> = {};
  for (const was of before.cases) {
    const now = known.get(keyOf(was));
    if (was.suite !== suite || !now || now.pass_rate < was.pass_rate) continue;
    for (const scorer of Object.keys(was.scores)) if (!(scorer in now.scores)) (unjudged[scorer] ??= []).push(was.id);
  }
  return unjudged;
}

const byPassRate = (one: BaselineCase, other: BaselineCase) => one.pass_rate - other.pass_rate;

const mostNames = 10;
const list = (ids: readonly string[]) =>
  ids.slice(0, mostNames).join(", ") + (ids.length > mostNames ? ` and ${ids.length - mostNames} more` : "");
