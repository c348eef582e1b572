import type { CaseResult, EvalRun, SuiteResult } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";

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

function writeSuite({ name, file, cases, error, started_at }: SuiteResult): string {
  const failures = cases.filter(hasFailed).length;
  const head = { name, file, tests: cases.length, failures, errors: error ? 1 : 0, timestamp: started_at };
  const broken = error
    ? `<testcase${attributes({ name: "suite", classname: name })}><error${attributes({ message: error.message })}/></testcase>\n`
    : "";
  return `<testsuite${attributes(head)}>\n${broken}${cases.map(writeCase).join("")}</testsuite>\n`;
}

function writeCase({ suite, id, trials, place }: CaseResult): string {
  const seconds = trials.reduce((sum, { observation }) => sum + observation.latency_ms, 0) / 1000;
  const head = { name: id, classname: suite, ...(place && { file: place }), time: seconds.toFixed(3) };
  const failed = trials.find(({ passed }) => !passed);
  if (!failed) return `<testcase${attributes(head)}/>\n`;
  const passed = trials.filter((trial) => trial.passed).length;
  const message = trials.length > 1 ? `${passed} of ${trials.length} trials passed` : "failed";
  return `<testcase${attributes(head)}><failure${attributes({ message })}>${escape(explainTrial(failed).join("\n"))}</failure></testcase>\n`;
}

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
