import type { Baseline, Gate, GateFinding } from "../gate/gate.ts";
import type { EvalRun } from "../results/eval-run.ts";
import { meanOf } from "../statistics/interval.ts";
import { summarizeSuite } from "../statistics/summarize-suite.ts";
import { formatEstimate } from "./format.ts";

/** GitHub takes 65,536 characters for a comment; the rest is in the HTML report. */
const mostFindings = 50;
const mostMessage = 600;

/** The run in Markdown, for a comment on a pull request: the verdict, the suites with their change against the baseline, what was found. */
export function writeMarkdown(run: EvalRun, gate: Gate, baseline: Baseline | undefined): string {
  const failures = gate.findings.filter(({ level }) => level === "failure");
  const notices = gate.findings.filter(({ level }) => level === "notice");
  const verdict = gate.passed ? "The gate passed" : `The gate failed: ${failures.length} findings`;
  const { commit, dirty, models } = run.environment;
  const where = commit ? `\`${commit.slice(0, 10)}\`${dirty ? " with changes" : ""}` : "no commit";
  return [
    `## Evals: ${verdict}`,
    `${run.suites.length} suites, ${where}, models \`${models.smart}\` and \`${models.fast}\`${run.status === "interrupted" ? ", **stopped early**" : ""}.`,
    suiteTable(run, baseline),
    ...(failures.length > 0 ? ["### What fails it", list(failures)] : []),
    ...(notices.length > 0
      ? [`<details><summary>${notices.length} notices</summary>\n\n${list(notices)}\n\n</details>`]
      : []),
    "",
  ].join("\n\n");
}

function suiteTable({ suites }: EvalRun, baseline: Baseline | undefined): string {
  const rows = suites.map((suite) => {
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
    return [cell(name), ...figures, `${Math.round(latency_ms.p50)} ms`, String(total_tokens)];
  });
  const head = ["Suite", "Pass", "Change", "Cases", "p50", "Tokens"];
  return [head, head.map((_, index) => (index === 0 ? "---" : "---:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

function list(findings: GateFinding[]): string {
  const lines = findings.slice(0, mostFindings).map(({ suite, id, message }) => {
    const where = [suite, id]
      .filter(Boolean)
      .map((part) => `**${cell(part!)}**`)
      .join(" › ");
    return `- ${where ? `${where}: ` : ""}${cell(message.slice(0, mostMessage))}`;
  });
  const more = findings.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more, in report.html`] : [])].join("\n");
}

/** One line of text that Markdown and HTML leave as it is. */
const cell = (text: string) =>
  text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>|#&@]/g, (sign) => `&#${sign.charCodeAt(0)};`);
