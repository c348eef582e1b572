import { findBlamed } from "../gate/find-blamed.ts";
import type { Gate, GateFinding } from "../gate/gate.ts";
import type { CaseResult, EvalRun, SuiteResult } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import { summarizeCase, summarizeSuite } from "../statistics/summarize-suite.ts";
import { spellOut } from "./spell-out.ts";

/**
 * The run as JUnit's XML, as CI servers read it. It fails where the gate fails: a case that the gate holds against the run, also as one of a suite, is a failure, one
 * that fails as before, or within a threshold, is skipped; a suite that could not run is an error.
 */
export function writeJunit({ suites, started_at, environment: { part } }: EvalRun, { findings }: Gate): string {
  const failures = findings.filter(({ level, kind }) => level === "failure" && kind !== "suite_failed");
  const known = new Set(suites.map(({ name }) => name));
  const others = failures.filter(({ suite }) => !known.has(suite));
  const all = suites.map((suite) => writeSuite(suite, Map.groupBy(failures, idOf(suite.name))));
  if (others.length > 0)
    all.push(element("testsuite", { name: "gate", timestamp: started_at }, others.map(writeFinding)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", part ? { name: `Only a part was run: ${part}` } : {}, all)}`;
}

/** Under which findings of a suite are filed: the case, `""` for the suite itself, undefined where it is of another suite. */
const idOf = (name: string) => (finding: GateFinding) => (finding.suite === name ? (finding.id ?? "") : undefined);

function writeSuite(suite: SuiteResult, failures: ReadonlyMap<string | undefined, GateFinding[]>): string {
  const { name, file, subject, cases, error, started_at } = suite;
  const { pass, scorers } = summarizeSuite(suite);
  const blamed = new Map(
    (failures.get("") ?? []).flatMap((finding) => findBlamed(finding, suite).map((one) => [one, finding] as const)),
  );
  const means = Object.entries(scorers).map(([scorer, { mean }]) => [`score ${scorer}`, mean] as const);
  const broken = error
    ? [element("testcase", { name: "suite", classname: name }, [element("error", { message: error.message })])]
    : [];
  return element("testsuite", { name, file, timestamp: started_at }, [
    properties([["subject", subject], ["pass", pass.mean], ...means]),
    ...broken,
    ...(failures.get("") ?? []).map(writeFinding),
    ...cases.map((one) => writeCase(one, failures.get(one.id)?.[0] ?? blamed.get(one))),
  ]);
}

const writeFinding = ({ kind, suite, message }: GateFinding): string =>
  element("testcase", { name: `gate: ${kind}`, classname: suite || "gate" }, [element("failure", { message })]);

function writeCase(result: CaseResult, finding: GateFinding | undefined): string {
  const { suite, id, trials, tags, place } = result;
  const seconds = trials.reduce((sum, { observation }) => sum + observation.latency_ms, 0) / 1000;
  const head = { name: id, classname: suite, ...splitPlace(place), time: seconds.toFixed(3) };
  const scores = Object.entries(summarizeCase(result).scores).map(([name, score]) => [`score ${name}`, score] as const);
  const failed = trials.find(({ passed }) => !passed);
  const passed = trials.filter((trial) => trial.passed).length;
  const why = failed ? `${passed} of ${trials.length} passed: ${explainTrial(failed).join("; ")}` : "";
  return element("testcase", head, [
    properties([...scores, ...tags.map((tag) => ["tag", tag] as const)]),
    ...(finding ? [element("failure", { message: finding.message }, [escape(why)])] : []),
    ...(failed && !finding ? [element("skipped", { message: `It fails, which the gate allows. ${why}` })] : []),
  ]);
}

/** Of `cases.jsonl:12` the file and the line, of `faq.eval.ts, case 2` the file. */
function splitPlace(place = ""): Record<string, string> {
  const { file, line } = /^(?<file>.*?)(?::(?<line>\d+)|, case \d+)?$/s.exec(place)!.groups!;
  return { ...(file && { file }), ...(line && { line }) };
}

const properties = (facts: readonly (readonly [string, string | number])[]): string =>
  facts.length > 0
    ? element(
        "properties",
        {},
        facts.map(([name, value]) =>
          element("property", { name, value: typeof value === "number" ? Number(value.toFixed(4)) : value }),
        ),
      )
    : "";

/** Of what is XML already, in which no `<` stands for itself. */
const countsOf = (body: string) => {
  const count = (name: string) => body.split(`<${name}`).length - 1;
  return { tests: count("testcase"), failures: count("failure"), errors: count("error"), skipped: count("skipped") };
};

/** An element with what is XML already; on a line of its own where it is a part of the run. */
function element(name: string, attributes: Record<string, string | number>, content: readonly string[] = []): string {
  const body = content.join("");
  const counts = name.startsWith("testsuite") ? countsOf(body) : {};
  const head = Object.entries({ ...attributes, ...counts }).map(([key, value]) => ` ${key}="${escape(String(value))}"`);
  const end = name.startsWith("test") ? "\n" : "";
  return body ? `<${name}${head.join("")}>${body}</${name}>${end}` : `<${name}${head.join("")}/>${end}`;
}

const names: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** What XML 1.0 cannot hold at all is among what is spelt out. */
const escape = (text: string) => spellOut(text).replaceAll(/[&<>"\n\t]/g, (sign) => names[sign]!);
