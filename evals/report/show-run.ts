import { join } from "node:path";
import { styleText } from "node:util";
import type { Gate } from "../gate/gate.ts";
import type { EvalRun, SuiteResult } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import { alignColumns } from "./align-columns.ts";
import { describeVerdict } from "./describe-verdict.ts";
import { formatEstimate } from "./format.ts";
import { placeOf } from "./place-of.ts";
import { splitDiff } from "./split-diff.ts";

const mostFindings = 20;
const mostFailed = 5;
const mostReason = 200;
const mostDiff = 12;
const mostLine = 400;

/** The run for the terminal: a line a suite, what the gate found, and where the reports are. */
export function showRun({ run, gate, folder }: { run: EvalRun; gate: Gate; folder: string }): string {
  const shown = gate.findings.slice(0, mostFindings).map((finding) => {
    const { level, suite, id, message } = finding;
    const where = nameOf(suite, id);
    const place = placeOf(finding, run);
    const mark = level === "failure" ? styleText("red", "✗") : styleText("dim", "·");
    const head = where && `${styleText("bold", where)}${place ? ` (${place})` : ""}: `;
    return `${mark} ${head}${message.replaceAll("\n", "\n  ")}`;
  });
  const told = new Set(gate.findings.map(({ suite, id }) => `${suite} > ${id}`));
  const failed = run.suites
    .flatMap(({ cases }) => cases)
    .flatMap(({ suite, id, trials }) => {
      const trial = trials.find(({ passed }) => !passed);
      if (!trial || told.has(`${suite} > ${id}`)) return [];
      const { said, diff } = splitDiff(explainTrial(trial).join("; "));
      const lines = diff.slice(0, mostDiff).map((line) => `    ${line.slice(0, mostLine)}`);
      return [
        [`${nameOf(suite, id)} (${placeOf({ suite, id }, run)}): ${said.slice(0, mostReason)}`, ...lines].join("\n"),
      ];
    });
  const known = failed.slice(0, mostFailed).map((line) => styleText("dim", `  fails: ${line}`));
  const more = gate.findings.length - shown.length;
  const failures = gate.findings.filter(({ level }) => level === "failure").length;
  const count = gate.passed ? "" : `: ${failures} ${failures === 1 ? "finding" : "findings"}`;
  const colour = !gate.passed ? "red" : gate.held ? "green" : "yellow";
  const verdict = styleText(colour, `${describeVerdict(gate)}${count}.`);
  const { part } = run.environment;
  return [
    ...(part ? [`Only a part was run: ${part}.`, ""] : []),
    ...alignColumns(run.suites.map(describeSuite)),
    "",
    ...shown,
    ...(more > 0 ? [`  and ${more} more in the report`] : []),
    ...known,
    ...(failed.length > known.length ? [styleText("dim", `  and ${failed.length - known.length} more that fail`)] : []),
    `${verdict} ${run.status === "interrupted" ? "It was stopped early. " : ""}${join(folder, "report.html")}`,
  ].join("\n");
}

/** In one line, so that no name looks like a line of its own. */
const nameOf = (suite: string, id?: string): string => [suite, id].filter(Boolean).join(" > ").replaceAll(/\s+/g, " ");

function describeSuite(suite: SuiteResult): string[] {
  const name = nameOf(suite.name);
  if (suite.error) return [name, "could not run", "", "", ""];
  const { pass, pass_at_k, cases, scorers, latency_ms, total_tokens, cost } = summarizeSuite(suite);
  const kinds = new Map(suite.scorers.map((one) => [one.name, one.kind]));
  const means = Object.entries(scorers).map(
    ([scorer, { mean }]) => `${scorer}${kinds.get(scorer) === "judge" ? " (judge)" : ""} ${mean.toFixed(2)}`,
  );
  const { k, any, all } = pass_at_k ?? {};
  const tries = k === undefined ? [] : [`pass@${k} ${any?.toFixed(2)}`, `pass^${k} ${all?.toFixed(2)}`];
  const usage = [`${Math.round(latency_ms.p50)} ms`, ...(total_tokens > 0 ? [`${total_tokens} tokens`] : [])];
  if (cost) usage.push(`$${cost.toFixed(4)}`);
  return [
    name,
    formatEstimate(pass),
    `${cases.length} ${cases.length === 1 ? "case" : "cases"}`,
    [...means, ...tries].join(", "),
    usage.join(", "),
  ];
}
