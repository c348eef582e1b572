import { keyOf } from "../../gate/baseline-file.ts";
import type { SuiteDifference } from "../../gate/diff-runs.ts";
import type { Baseline } from "../../gate/gate.ts";
import type { SuiteResult } from "../../results/eval-run.ts";
import { meanOf } from "../../statistics/interval.ts";
import { summarizeSuite } from "../../statistics/summarize-suite.ts";
import type { SuiteSummary } from "../../statistics/summary.ts";
import { formatEstimate, formatPercent } from "../format.ts";
import type { HistoryLine } from "../history.ts";
import { drawBar } from "./draw-bar.ts";
import { drawTrend } from "./draw-trend.ts";
import { formatFigure } from "./format-figure.ts";
import { type Markup, markup } from "./markup.ts";
import { linkToSuite } from "./render-case.ts";
import { fold } from "./section.ts";

interface SuiteReport {
  suite: SuiteResult;
  difference?: SuiteDifference;
  baseline?: Baseline;
  history: readonly HistoryLine[];
}

/** A suite as a card: pass rate, change, trend, scorers and what it took. */
export function renderSuite({ suite, difference, baseline, history }: SuiteReport): Markup {
  const { name, subject, file, error, threshold, planned } = suite;
  const summary = summarizeSuite(suite);
  const { pass, pass_at_k, cases, latency_ms, total_tokens, model_calls, cost } = summary;
  const facts: [string, string][] = [
    ["Cases", cases.length === planned ? `${planned}` : `${cases.length} of ${planned}`],
    ["p50", formatFigure(latency_ms.p50, "ms")],
    ["p95", formatFigure(latency_ms.p95, "ms")],
    ["Tokens", formatFigure(total_tokens)],
    ["Model calls", formatFigure(model_calls)],
    ["Cost", cost === null ? "unknown" : formatFigure(cost, "$")],
  ];
  if (pass_at_k) {
    const { k, any, all } = pass_at_k;
    facts.splice(1, 0, [`pass@${k}`, formatPercent(any)], [`pass^${k}`, formatPercent(all)]);
  }
  const figures = markup`<p class="rate"><b>${formatPercent(pass.mean)}</b> <span class="soft">pass${pass.low !== undefined && `, ${formatEstimate(pass).replace(/^[^(]*\((.*)\)$/, "$1")} likely`}</span> ${showChange(difference)}</p>
${drawBar(pass, threshold["pass"])}${threshold["pass"] !== undefined && markup`<p class="soft">Threshold ${formatPercent(threshold["pass"])}</p>`}
${drawTrend(name, history)}${showScorers(suite, summary, baseline)}`;
  return markup`<article class="card"><header><h2><a href="${linkToSuite(name)}">${name}</a></h2><p class="soft">${subject} · ${file}</p></header>
${error && markup`<div class="alert"><b>It could not run.</b> ${error.message} ${error.hint}${error.stack && fold("Stack", markup`<pre class="text">${error.stack}</pre>`)}</div>`}
${cases.length > 0 && markup`${figures}<dl class="facts">${facts.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`}</article>`;
}

function showChange(difference: SuiteDifference | undefined): Markup | false {
  if (!difference || difference.cases === 0) return false;
  const { better, worse, p, cases } = difference;
  const change = difference.after.pass.mean - difference.before.pass.mean;
  if (better + worse === 0)
    return markup`<span class="change soft">${cases} cases, none passes more or less than in the baseline</span>`;
  const counts = `${worse} worse, ${better} better of ${cases}${p === undefined ? "" : `; p = ${p.toPrecision(2)}`}`;
  return markup`<span class="change">${showPoints(change)} <span class="soft">${counts}</span></span>`;
}

function showScorers({ scorers, threshold }: SuiteResult, summary: SuiteSummary, baseline?: Baseline): Markup {
  const before = new Map(baseline?.cases.map((one) => [keyOf(one), one.scores]));
  const rows = scorers.map(({ name, kind }) => {
    const mean = summary.scorers[name];
    const measure = summary.measures[name];
    const changes = summary.cases.flatMap(({ id, scores }) => {
      const was = before.get(keyOf({ suite: summary.name, id }))?.[name];
      const is = scores[name];
      return was === undefined || is === undefined ? [] : [is - was];
    });
    const change = changes.length > 0 ? meanOf(changes) : 0;
    const least = threshold[name];
    const figures = [
      mean
        ? `${formatEstimate(mean)} of ${mean.cases}${least === undefined ? "" : `, at least ${formatPercent(least)}`}`
        : "",
      measure ? `p50 ${formatFigure(measure.p50, measure.unit)}, p95 ${formatFigure(measure.p95, measure.unit)}` : "",
    ].filter(Boolean);
    return markup`<li><span class="name">${name}${kind === "judge" && markup` <span class="tag judge">judge</span>`}</span><span class="figure">${figures.join("; ") || "nothing to say"} ${showPoints(change)}</span>${mean && drawBar(mean, least)}</li>`;
  });
  return markup`<ul class="scorers">${rows}</ul>`;
}

/** `▲ +1.5 points`; a mean that moved by less than a tenth of one has not. */
function showPoints(change: number): Markup | false {
  const points = Math.abs(change * 100).toFixed(1);
  if (points === "0.0") return false;
  return markup`<span class="${change < 0 ? "bad" : "good"}">${change < 0 ? "▼ −" : "▲ +"}${points} points</span>`;
}
