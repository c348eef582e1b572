import type { CaseResult, EvalRun, SuiteResult } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import { summarizeCase, summarizeSuite } from "../statistics/summarize-suite.ts";

/** The run as JUnit's XML, as CI servers read it: a case that failed in any trial is a failure, a suite that could not run an error. */
export function writeJunit({ suites }: EvalRun): string {
  const all = suites.flatMap(({ cases }) => cases);
  const head = {
    tests: all.length,
    failures: all.filter(hasFailed).length,
    errors: suites.filter(({ error }) => error).length,
  };
  const body = suites.map(writeSuite).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes(head)}>\n${body}</testsuites>\n`;
}

function writeSuite(suite: SuiteResult): string {
  const { name, file, subject, cases, error, started_at } = suite;
  const { pass, scorers } = summarizeSuite(suite);
  const failures = cases.filter(hasFailed).length;
  const head = { name, file, tests: cases.length, failures, errors: error ? 1 : 0, timestamp: started_at };
  const means = Object.entries(scorers).map(([scorer, { mean }]) => [`score ${scorer}`, round(mean)] as const);
  const broken = error
    ? `<testcase${attributes({ name: "suite", classname: name })}><error${attributes({ message: error.message })}/></testcase>\n`
    : "";
  const body = `${properties([["subject", subject], ["pass", round(pass.mean)], ...means])}\n${broken}`;
  return `<testsuite${attributes(head)}>\n${body}${cases.map(writeCase).join("")}</testsuite>\n`;
}

function writeCase(result: CaseResult): string {
  const { suite, id, trials, tags, place } = result;
  const seconds = trials.reduce((sum, { observation }) => sum + observation.latency_ms, 0) / 1000;
  const head = { name: id, classname: suite, ...(place && { file: place }), time: seconds.toFixed(3) };
  const scores = Object.entries(summarizeCase(result).scores).map(([name, score]) => [`score ${name}`, round(score)]);
  const facts = properties([...scores, ...tags.map((tag) => ["tag", tag])] as [string, string | number][]);
  const failed = trials.find(({ passed }) => !passed);
  if (!failed) return `<testcase${attributes(head)}>${facts}</testcase>\n`;
  const passed = trials.filter((trial) => trial.passed).length;
  const message = trials.length > 1 ? `${passed} of ${trials.length} trials passed` : "failed";
  return `<testcase${attributes(head)}>${facts}<failure${attributes({ message })}>${escape(explainTrial(failed).join("\n"))}</failure></testcase>\n`;
}

const properties = (facts: readonly (readonly [string, string | number])[]): string =>
  facts.length > 0
    ? `<properties>${facts.map(([name, value]) => `<property${attributes({ name, value })}/>`).join("")}</properties>`
    : "";

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

const hasFailed = ({ trials }: CaseResult) => trials.some(({ passed }) => !passed);

const attributes = (values: Record<string, string | number>) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join("");

const names: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** What XML 1.0 cannot hold at all, control characters and halves of a surrogate pair, becomes U+FFFD. */
const escape = (text: string) =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- these are the characters meant
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD")
    .replaceAll(/[&<>"\n\t]/g, (sign) => names[sign]!);
