import { findBlamed } from "../gate/find-blamed.ts";
import type { Baseline, Gate, GateFinding } from "../gate/gate.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { explainTrial } from "../results/explain-trial.ts";
import { meanOf } from "../statistics/interval.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import { describeVerdict } from "./describe-verdict.ts";
import { formatEstimate } from "./format.ts";
import { placeOf } from "./place-of.ts";
import { spellOut } from "./spell-out.ts";
import { splitDiff } from "./split-diff.ts";

/** GitHub takes 65,536 characters for a comment; the rest is in the HTML report. */
const mostCharacters = 60_000;
const mostFindings = 50;
const mostMessage = 600;
const mostDiff = 30;
const mostSuites = 60;
const mostName = 100;

/** The run in Markdown, for a comment on a pull request: the verdict, the suites with their change against the baseline, what was found. */
export function writeMarkdown(run: EvalRun, gate: Gate, baseline: Baseline | undefined): string {
  for (let most = mostFindings; ; most = Math.floor(most / 2)) {
    const text = write(run, gate, baseline, most);
    if (text.length <= mostCharacters || most === 0) return text;
  }
}

function write(run: EvalRun, gate: Gate, baseline: Baseline | undefined, most: number): string {
  const failures = gate.findings.filter(({ level }) => level === "failure");
  const notices = gate.findings.filter(({ level }) => level === "notice");
  const verdict = `${describeVerdict(gate).replace("The", "the")}${gate.passed ? "" : `, ${countOf(failures, "finding")}`}`;
  const { commit, dirty, models, live, part } = run.environment;
  const where = commit ? `\`${commit.slice(0, 10)}\`${dirty ? " with changes" : ""}` : "no commit";
  const stopped = run.status === "interrupted" ? ", **stopped early**" : "";
  const cases = run.suites.flatMap((suite) => suite.cases);
  return [
    `## Evals: ${verdict}`,
    `${countOf(cases, "case")} in ${countOf(run.suites, "suite")}, ${where}, models ${[...new Set([models.smart, models.fast])].map((name) => `\`${name}\``).join(" and ")}${live ? ", live" : ""}${stopped}.${part ? ` **Only a part was run:** ${cell(part)}.` : ""}`,
    suiteTable(run, baseline),
    ...(failures.length > 0 ? ["### What fails it", list(failures, run, most)] : []),
    ...(notices.length > 0
      ? [`<details><summary>${countOf(notices, "notice")}</summary>\n\n${list(notices, run, most)}\n\n</details>`]
      : []),
    "",
  ].join("\n\n");
}

const countOf = (all: readonly unknown[], what: string) => `${all.length} ${what}${all.length === 1 ? "" : "s"}`;

function suiteTable({ suites }: EvalRun, baseline: Baseline | undefined): string {
  const rows = suites.slice(0, mostSuites).map((suite) => {
    const { name, pass, cases, latency_ms, total_tokens } = summarizeSuite(suite);
    const before = baseline?.cases.filter((one) => one.suite === name).map(({ pass_rate }) => pass_rate) ?? [];
    const change = before.length > 0 ? pass.mean - meanOf(before) : undefined;
    const moved =
      change === undefined
        ? "new"
        : change === 0
          ? "="
          : `${change > 0 ? "+" : "−"}${Math.abs(change * 100).toFixed(1)}`;
    const figures = suite.error ? ["failed", "", ""] : [formatEstimate(pass), moved, String(cases.length)];
    return [cell(name.slice(0, mostName)), ...figures, `${Math.round(latency_ms.p50)} ms`, String(total_tokens)];
  });
  const head = ["Suite", "Pass", "Change", "Cases", "p50", "Tokens"];
  const lines = [head, head.map((_, index) => (index === 0 ? "---" : "---:")), ...rows].map(
    (row) => `| ${row.join(" | ")} |`,
  );
  const more = suites.length - rows.length;
  return [...lines, ...(more > 0 ? [`\nand ${more} more, in report.html`] : [])].join("\n");
}

function list(findings: GateFinding[], run: EvalRun, most: number): string {
  const lines = findings.slice(0, most).map((finding) => {
    const { suite, id, message } = finding;
    const blamed = run.suites.flatMap((one) => findBlamed(finding, one));
    return [
      item("", [suite, id], placeOf(finding, run), message),
      ...blamed.slice(0, most).map((one) => {
        const failed = one.trials.find(({ passed }) => !passed)!;
        return item("  ", [one.id], one.place, explainTrial(failed).join("; "));
      }),
      ...(blamed.length > most ? [`  - and ${blamed.length - most} more cases, in report.html`] : []),
    ].join("\n");
  });
  const more = findings.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more, in report.html`] : [])].join("\n");
}

function item(indent: string, names: (string | undefined)[], place: string | undefined, message: string): string {
  const where = names.filter(Boolean).map((part) => `**${cell(part!.slice(0, mostName))}**`);
  const head = [where.join(" › "), place && `(${cell(place.slice(-mostName))})`].filter(Boolean).join(" ");
  const { said, diff } = splitDiff(message);
  const line = `${indent}- ${head ? `${head}: ` : ""}${cell(said.slice(0, mostMessage))}`;
  if (diff.length === 0) return line;
  const shown = diff.slice(0, mostDiff).map((one) => escape(one.slice(0, mostMessage)));
  return [line, "", ...["<pre>", ...shown, "</pre>"].map((one) => `${indent}  ${one}`)].join("\n");
}

/** One line of text that Markdown and HTML leave as it is. */
const cell = (text: string) => escape(text.replaceAll(/\s+/g, " "));

const escape = (text: string) => spellOut(text).replaceAll(/[\\`*_[\]<>|#&@]/g, (sign) => `&#${sign.charCodeAt(0)};`);
