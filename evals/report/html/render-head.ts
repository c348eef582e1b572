import type { Gate, GateFinding } from "../../gate/gate.ts";
import type { EvalRun } from "../../results/eval-run.ts";
import { describeVerdict } from "../describe-verdict.ts";
import { formatFigure } from "./format-figure.ts";
import { type Markup, markup } from "./markup.ts";
import { linkTo, linkToSuite } from "./render-case.ts";
import { fold } from "./section.ts";

/** How many findings stand open; more of them open on demand. */
const mostOpen = 12;

/** The verdict, what was run and where, and what the gate found. */
export function renderHead({ status, started_at, ended_at, environment, suites }: EvalRun, gate: Gate): Markup {
  const { passed, held, findings } = gate;
  const failures = findings.filter(({ level }) => level === "failure");
  const notices = findings.filter(({ level }) => level === "notice");
  const { commit, dirty, models, live, part, troupe, node } = environment;
  const cases = suites.flatMap((suite) => suite.cases);
  const whole = cases.filter(({ trials }) => trials.every((trial) => trial.passed)).length;
  const facts: [string, string][] = [
    [
      "Run",
      `${started_at.slice(0, 16).replace("T", " ")} UTC, ${formatFigure(Date.parse(ended_at) - Date.parse(started_at), "ms")}`,
    ],
    ["Commit", commit ? `${commit.slice(0, 10)}${dirty ? ", with changes" : ""}` : "none"],
    ["Models", [...new Set([models.smart, models.fast])].join(", ")],
    ["Search", models.embed ?? "by words"],
    ["Calls", live ? "live" : "offline"],
    ["Troupe", `${troupe}, Node ${node}`],
  ];
  const what = `${whole} of ${cases.length} ${cases.length === 1 ? "case" : "cases"} passed in ${suites.length} ${suites.length === 1 ? "suite" : "suites"}`;
  return markup`<header class="head ${!passed ? "bad" : held && "good"}"><p class="soft">Troupe evals</p><h1>${describeVerdict(gate)}</h1>
<p class="lead">${what}${failures.length > 0 && `, ${failures.length} ${failures.length === 1 ? "finding" : "findings"}`}.</p>
${part && markup`<p class="alert"><b>Only a part was run:</b> ${part}.</p>`}
${status === "interrupted" && markup`<p class="alert"><b>It was stopped early:</b> the figures are of what had ended by then.</p>`}
<dl class="facts">${facts.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl></header>
${failures.length > 0 && markup`<section class="findings" aria-label="Findings">${list(failures.slice(0, mostOpen))}${failures.length > mostOpen && fold(`${failures.length - mostOpen} more findings`, list(failures.slice(mostOpen)))}</section>`}
${notices.length > 0 && markup`<section class="findings" aria-label="Notices">${fold(`${notices.length} ${notices.length === 1 ? "notice" : "notices"}`, list(notices))}</section>`}`;
}

const list = (findings: GateFinding[]) =>
  markup`<ul>${findings.map(({ level, kind, suite, id, message }) => markup`<li class="${level}"><span class="tag ${kind}">${kind.replace("_", " ")}</span> ${kind === "case_missing" || kind === "suite_failed" ? markup`<b>${[suite, id].filter(Boolean).join(" › ")}</b>` : showPlace(suite, id)} <span dir="auto">${message}</span></li>`)}</ul>`;

const showPlace = (suite: string, id: string | undefined) =>
  id === undefined
    ? suite && markup`<a href="${linkToSuite(suite)}">${suite}</a>`
    : markup`<a href="${linkTo({ suite, id })}">${suite} › ${id}</a>`;
