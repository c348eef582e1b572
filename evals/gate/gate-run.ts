import type { CaseResult, EvalRun, SuiteResult } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import { fisherTest } from "../statistics/fisher-test.ts";
import { permutationTest } from "../statistics/permutation-test.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import type { CaseSummary, SuiteSummary } from "../statistics/summary.ts";
import type { Baseline, BaselineCase, Gate, GateFinding } from "./gate.ts";

/**
 * How likely at most the gate fails a run in which nothing has changed: so much for the tests of whole suites together, and as
 * much for those of single cases, which are many. Only what differs from try to try can be mistaken: a deterministic case
 * that fails has changed.
 */
const falseAlarms = 0.005;

/** A suspicion that is a finding if its p is low enough among all of them. */
interface Suspicion {
  p: number;
  finding: GateFinding;
}

/**
 * Judges a run by its suites' thresholds and against the baseline. `whole` says that every suite and case was to run, so that what is missing
 * is missed.
 */
export function gateRun(run: EvalRun, baseline: Baseline | undefined, { whole }: { whole: boolean }): Gate {
  const findings = run.status === "complete" ? [] : [incomplete(run)];
  const suspicions: Suspicion[] = [];
  const sameModels = baseline && JSON.stringify(baseline.models) === JSON.stringify(run.environment.models);
  if (!baseline)
    findings.push(notice("There is no baseline: only thresholds are held. Accept this run with --update-baseline."));
  else if (!sameModels) {
    const { fast, smart } = baseline.models;
    findings.push(notice(`The baseline is of other models (${fast}, ${smart}): only thresholds are held.`));
  }
  for (const suite of run.suites) {
    const summary = summarizeSuite(suite);
    findings.push(...judgeAlone(suite, summary));
    if (!baseline || !sameModels) continue;
    const known = new Map(baseline.cases.filter((one) => one.suite === suite.name).map((one) => [one.id, one]));
    const compared = compare(suite, summary, known);
    findings.push(...compared.findings);
    suspicions.push(...compared.suspicions);
    if (whole && run.status === "complete") findings.push(...findMissing(suite, known));
  }
  if (whole && sameModels && run.status === "complete") findings.push(...findMissingSuites(run, baseline));
  findings.push(...confirm(suspicions.filter(({ finding }) => finding.id === undefined)));
  findings.push(...confirm(suspicions.filter(({ finding }) => finding.id !== undefined)));
  const order = (finding: GateFinding) => (finding.level === "failure" ? 0 : 1);
  return {
    passed: findings.every(({ level }) => level === "notice"),
    findings: findings.toSorted((a, b) => order(a) - order(b)),
  };
}

const notice = (message: string): GateFinding => ({ level: "notice", kind: "case_new", suite: "", message });

const incomplete = ({ suites }: EvalRun): GateFinding => {
  const done = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  const planned = suites.reduce((sum, suite) => sum + suite.planned, 0);
  const message = `The run was stopped after ${done} of ${planned} cases of the suites that had begun.`;
  return { level: "failure", kind: "incomplete", suite: "", message };
};

/** What needs no baseline: errors, cases that did not end, thresholds. */
function judgeAlone({ name, error, cases, planned, threshold }: SuiteResult, summary: SuiteSummary): GateFinding[] {
  const fail = (kind: GateFinding["kind"], message: string, scorer?: string): GateFinding => ({
    level: "failure",
    kind,
    suite: name,
    ...(scorer && { scorer }),
    message,
  });
  if (error) return [fail("suite_failed", [error.message, error.hint].filter(Boolean).join(" "))];
  const findings: GateFinding[] = [];
  if (cases.length < planned) {
    findings.push(fail("incomplete", `${planned - cases.length} of ${planned} cases did not end.`));
  }
  for (const [scorer, least] of Object.entries(threshold)) {
    const estimate = scorer === "pass" ? summary.pass : summary.scorers[scorer];
    if (!estimate)
      findings.push(fail("threshold", `No case has a score of "${scorer}", which is to be at least ${least}.`, scorer));
    else if (estimate.mean < least - 1e-9) {
      const what = scorer === "pass" ? "The share of cases that pass" : `The mean of "${scorer}"`;
      findings.push(fail("threshold", `${what} is ${round(estimate.mean)}, below the threshold of ${least}.`, scorer));
    }
  }
  return findings;
}

function compare(suite: SuiteResult, summary: SuiteSummary, known: ReadonlyMap<string, BaselineCase>) {
  const findings: GateFinding[] = [];
  const suspicions: Suspicion[] = [];
  const differences: number[] = [];
  for (const [index, now] of summary.cases.entries()) {
    const before = known.get(now.id);
    const of = { suite: suite.name, id: now.id };
    if (!before) {
      findings.push({ level: "notice", kind: "case_new", ...of, message: "The case is new." });
    } else if (isSure(before) && isSure(now)) {
      const change = now.pass_rate - before.pass_rate;
      const why = describeFall(suite.cases[index]!, before);
      if (change < 0)
        findings.push({
          level: "failure",
          kind: "regression",
          ...of,
          message: `It passed before and fails now. ${why}`,
        });
      if (change > 0)
        findings.push({ level: "notice", kind: "improvement", ...of, message: "It failed before and passes now." });
    } else {
      differences.push(now.pass_rate - before.pass_rate);
      const message = `It passed ${share(before)} before and ${share(now)} now. ${describeFall(suite.cases[index]!, before)}`;
      suspicions.push({
        p: fisherTest(countOf(before), countOf(now)),
        finding: { level: "failure", kind: "regression", ...of, message },
      });
    }
  }
  if (differences.length > 0) {
    const change = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    const points = Math.abs(change * 100).toFixed(1);
    const message = `Over ${differences.length} cases whose answers vary, the pass rate fell by ${points} points.`;
    suspicions.push({
      p: permutationTest(differences),
      finding: { level: "failure", kind: "regression", suite: suite.name, message },
    });
  }
  return { findings, suspicions };
}

/** Whether a trial more could not have come out otherwise. */
const isSure = ({ varies, live }: CaseSummary | BaselineCase): boolean => !varies && !live;

const countOf = ({ pass_rate, trials }: CaseSummary | BaselineCase) => ({
  passed: Math.round(pass_rate * trials),
  trials,
});

const share = (one: CaseSummary | BaselineCase) => `${countOf(one).passed} of ${one.trials}`;

/** Which scorers fell, from what to what, and what they said. */
function describeFall({ trials }: CaseResult, { scores }: BaselineCase): string {
  const failed = trials.find(({ passed }) => !passed);
  return failed ? explainTrial(failed, scores).join("; ") : "";
}

/**
 * Holm's step-down procedure (1979): the lowest p counts against all the tests that were made, the next one against one
 * less, up to the first that could be chance.
 */
function confirm(suspicions: Suspicion[]): GateFinding[] {
  const ordered = suspicions.toSorted((a, b) => a.p - b.p);
  const chance = ordered.findIndex(({ p }, index) => p > falseAlarms / (ordered.length - index));
  return ordered.slice(0, chance < 0 ? ordered.length : chance).map(({ p, finding }) => ({
    ...finding,
    message: `${finding.message.trim()} (p = ${p.toPrecision(2)})`,
  }));
}

function findMissing(suite: SuiteResult, known: ReadonlyMap<string, BaselineCase>): GateFinding[] {
  if (suite.error || suite.cases.length < suite.planned) return [];
  const ran = new Set(suite.cases.map(({ id }) => id));
  return [...known.keys()]
    .filter((id) => !ran.has(id))
    .map((id) => ({
      level: "notice",
      kind: "case_missing",
      suite: suite.name,
      id,
      message: "The case of the baseline is gone.",
    }));
}

/** A suite that ran no more would be the quietest of regressions. */
function findMissingSuites({ suites }: EvalRun, { cases }: Baseline): GateFinding[] {
  const ran = new Set(suites.map(({ name }) => name));
  const missing = new Set(cases.map(({ suite }) => suite).filter((suite) => !ran.has(suite)));
  return [...missing].map((suite) => ({
    level: "failure",
    kind: "case_missing",
    suite,
    message: "The suite of the baseline did not run. Where it is gone for good, say so with --update-baseline.",
  }));
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
