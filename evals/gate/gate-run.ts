import { isDeepStrictEqual } from "node:util";
import type { EvalRun } from "../results/eval-run.ts";
import { keyOf, toBaseline } from "./baseline-file.ts";
import { checkSuite } from "./check-suite.ts";
import { compareSuite } from "./compare-suite.ts";
import { confirmSuspicions } from "./confirm-suspicions.ts";
import { findChanges } from "./find-changes.ts";
import { findScoreFalls } from "./find-score-falls.ts";
import type { Baseline, BaselineCase, Gate, GateFinding, RunScope } from "./gate.ts";
import { tellUnended } from "./tell-unended.ts";

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
    return fail(
      `The run was stopped after ${done} of ${planned} cases of the suites that had begun.${tellUnended(suites)}`,
    );
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
  return [
    ...changes,
    ...run.suites.flatMap((suite) => findChanges(suite, baseline, after, scope)),
    ...findGoneSuites(run, baseline, scope),
  ];
}

/** A suite that ran no more would be the quietest of regressions, so that fails the gate; where some files were to run, one of theirs. */
function findGoneSuites(run: EvalRun, before: Baseline, scope: RunScope): GateFinding[] {
  if (scope === "cases" || run.status !== "complete") return [];
  const files = new Set(run.suites.map(({ file }) => file));
  const isAsked = (suite: string) => scope === "all" || files.has(before.demands[suite]?.file ?? "");
  const ran = new Set(run.suites.map(({ name }) => name));
  const gone = new Set(before.cases.map(({ suite }) => suite).filter((suite) => !ran.has(suite) && isAsked(suite)));
  const message = "The suite of the baseline did not run. Where it is gone for good, say so with --update-baseline.";
  return [...gone].map((suite) => ({ level: "failure", kind: "case_missing", suite, message }));
}
