import type { CaseDifference } from "../../gate/diff-runs.ts";
import type { CaseResult, SuiteInfo, Trial } from "../../results/eval-run.ts";
import { spellOut } from "../spell-out.ts";
import { formatFigure } from "./format-figure.ts";
import { type Markup, markup } from "./markup.ts";
import { renderDifference } from "./render-difference.ts";
import { renderTrial, showMark } from "./render-trial.ts";
import { fold, section } from "./section.ts";
import { showValue } from "./show-value.ts";

/** Where the page shows a case. */
export const linkTo = ({ suite, id }: { suite: string; id: string }): string =>
  `#${new URLSearchParams({ case: nameOf({ suite, id }) }).toString()}`;

/** Where the page lists the cases of a suite. */
export const linkToSuite = (suite: string): string => `#${new URLSearchParams({ suite: spellOut(suite) }).toString()}`;

/** A case as people name it. */
export const nameOf = ({ suite, id }: { suite: string; id: string }): string => spellOut(`${suite} > ${id}`);

/** A case in the list: a link with how it came out, what it is given, and what failed. */
export function renderRow(result: CaseResult, shown: readonly string[]): Markup {
  const { suite, id, input, turns, trials } = result;
  const snippet = textOf(turns ?? input).slice(0, 200);
  const marks = shown.filter((name) => name !== "failed" && name !== "changed");
  return markup`<li><a class="row" href="${linkTo(result)}">${showOutcome(trials)}<span class="what"><span class="id">${id}</span> <span class="soft">${suite}</span><span class="snippet" dir="auto">${snippet}</span></span><span class="names">${marks.map((name) => markup`<span class="tag ${name}">${name}</span>`)}${failedScorers(result).map((name) => markup`<span class="chip">${name}</span>`)}</span></a></li>`;
}

/** The scorers that any of its trials did not satisfy; `error` where the subject failed. */
export const failedScorers = ({ trials }: CaseResult): string[] => [
  ...new Set(
    trials
      .filter(({ passed }) => !passed)
      .flatMap(({ scores, observation }) => [
        ...(observation.error ? ["error"] : []),
        ...Object.keys(scores).filter((name) => scores[name]!.passed === false),
      ]),
  ),
];

/** A value as one text, to be searched and shown in short. */
export const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join(" ↵ ");
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
};

function showOutcome(trials: Trial[]): Markup {
  const passed = trials.filter((trial) => trial.passed).length;
  return showMark(passed === trials.length, trials.length > 1 ? `${passed}/${trials.length}` : "");
}

/** All there is of a case: what it is given, what it expects, how it differs from the baseline, and each of its trials. */
export function renderCase(result: CaseResult, suite: SuiteInfo, difference: CaseDifference | undefined): Markup {
  const { id, tags, place, note, input, turns, expected, trials, retries = [] } = result;
  const tries = [...trials, ...retries];
  const about = [suite.subject, place].filter(Boolean).join(" · ");
  const worst = trials.find(({ passed }) => !passed) ?? trials[0];
  const views = tries.map((trial) =>
    tries.length === 1
      ? renderTrial(trial, suite.scorers)
      : markup`<details class="trial" ${trial === worst && markup`open`}><summary>${showMark(trial.passed)} Trial ${nameTrial(trial, result)}</summary>${renderTrial(trial, suite.scorers)}</details>`,
  );
  return markup`<header><p class="soft">${result.suite}</p><h1 tabindex="-1">${showOutcome(trials)} ${id}</h1><p class="soft">${about}</p>${note && markup`<p dir="auto">${note}</p>`}${tags.length > 0 && markup`<p class="names">${tags.map((tag) => markup`<a class="chip" href="#${new URLSearchParams({ tag: spellOut(tag) }).toString()}">${tag}</a>`)}</p>`}</header>
${section("Against the baseline", difference && renderDifference(difference))}
<div class="columns">${section(turns ? "Turns" : "Input", turns ? markup`<ol class="messages">${turns.map(showTurn)}</ol>` : showValue(input))}${section("Expected", showExpected(expected))}</div>
${tries.length > 1 && section("Trials", tabulate(result, tries, suite.scorers))}${views}
${fold("Raw JSON", markup`<button type="button" class="copy">Copy</button><pre class="text">${JSON.stringify(result, null, 1)}</pre>`)}`;
}

const showTurn = (turn: NonNullable<CaseResult["turns"]>[number]) =>
  typeof turn === "string"
    ? markup`<li class="message human"><span class="role">User</span>${showValue(turn)}</li>`
    : markup`<li class="message"><span class="role">${Object.keys(turn).join()}</span>${showValue(Object.values(turn)[0])}</li>`;

const showExpected = (expected: CaseResult["expected"]) =>
  Object.entries(expected).map(([name, value]) => markup`<div class="field"><h3>${name}</h3>${showValue(value)}</div>`);

/** A retry counts in no figure. */
const nameTrial = (trial: Trial, { retries }: CaseResult) =>
  `${trial.number}${retries?.includes(trial) ? " (again)" : ""}`;

function tabulate(result: CaseResult, tries: Trial[], scorers: SuiteInfo["scorers"]): Markup {
  const rows = tries.map((trial) => {
    const {
      passed,
      scores,
      observation: { latency_ms, usage },
    } = trial;
    const cells = scorers.map(({ name, unit }) => {
      const { score, value, passed: good } = scores[name] ?? {};
      return markup`<td class="${good === false && "bad"}">${value === undefined ? (typeof score === "number" ? formatFigure(score) : "–") : formatFigure(value, unit)}</td>`;
    });
    const cost = usage.cost === null ? "unknown" : formatFigure(usage.cost, "$");
    return markup`<tr><th scope="row">${showMark(passed)} ${nameTrial(trial, result)}</th>${cells}<td>${formatFigure(latency_ms, "ms")}</td><td>${formatFigure(usage.total_tokens)}</td><td>${cost}</td></tr>`;
  });
  const heads = ["Trial", ...scorers.map(({ name }) => name), "Time", "Tokens", "Cost"];
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Trials"><table><thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
