import type { SuiteInfo, Trial } from "../../results/eval-run.ts";
import type { ObservedDocument, ObservedToolCall } from "../../suite/observation.ts";
import { formatPercent } from "../format.ts";
import { formatFigure } from "./format-figure.ts";
import { type Markup, markup } from "./markup.ts";
import { renderSpans } from "./render-spans.ts";
import { fold, section } from "./section.ts";
import { showField, showMessages, showValue } from "./show-value.ts";

/** One try of a case: scores, answer, error, and its whole trajectory. */
export function renderTrial({ scores, observation }: Trial, scorers: SuiteInfo["scorers"]): Markup {
  const { error, text, output, messages, nodes, route, toolCalls, documents, citations, interrupts, spans } =
    observation;
  const { latency_ms, usage } = observation;
  const took = [
    formatFigure(latency_ms, "ms"),
    usage.total_tokens > 0 && formatFigure(usage.total_tokens, "tokens"),
    usage.model_calls > 0 &&
      `${usage.model_calls} model ${usage.model_calls === 1 ? "call" : "calls"}${usage.live_calls > 0 ? `, ${usage.live_calls} live` : ""}`,
    usage.cost === null ? "cost unknown" : usage.cost > 0 && formatFigure(usage.cost, "$"),
  ].filter(Boolean);
  return markup`<p class="soft took">${took.join(" · ")}</p>
${error && markup`<div class="alert"><b>${error.name}${error.code && ` (${error.code})`}</b> ${error.message} ${error.hint}${error.stack && fold("Stack", markup`<pre class="text">${error.stack}</pre>`)}</div>`}
${section("Answer", text ? showValue(text) : !error && showValue(output))}
${section("Scores", Object.keys(scores).length > 0 && showScores(scores, scorers))}
${section("Route", (route || nodes.length > 0) && showRoute(nodes, route))}
${section("Conversation", messages.length > 0 && showMessages(messages))}
${section("Tool calls", toolCalls.length > 0 && markup`<ol class="plain">${toolCalls.map(showToolCall)}</ol>`)}
${section("Questions to a person", interrupts.length > 0 && interrupts.map(showValue))}
${section("Citations", citations.length > 0 && markup`<ol class="plain">${citations.map((one) => markup`<li>${fold(markup`<b>[${one.number}]</b> <span>${one.source}${linesOf(one)}</span>`, showValue(one.text))}</li>`)}</ol>`)}
${section(`Documents (${documents.length})`, documents.length > 0 && markup`<ol class="plain">${documents.map(showDocument)}</ol>`)}
${section("Time", spans.length > 0 && renderSpans(spans))}
${text !== "" && output !== text && fold("Output", showValue(output))}`;
}

function showScores(scores: Trial["scores"], scorers: SuiteInfo["scorers"]): Markup {
  const told = Object.entries(scores).filter(([, { passed, value, comment, error }]) =>
    [passed ?? undefined, value, comment, error].some((one) => one !== undefined),
  );
  const rows = told.map(([name, { score, passed, value, comment, usage, error }]) => {
    const { kind, unit, passMark } = scorers.find((one) => one.name === name) ?? {};
    const figures = [
      score !== null && formatFigure(score),
      value !== undefined && formatFigure(value, unit),
      score !== null && passed === false && passMark !== undefined && `needs ${formatFigure(passMark)}`,
    ].filter(Boolean);
    const tokens = usage && markup` <span class="soft">${formatFigure(usage.total_tokens, "tokens")}</span>`;
    return markup`<li>${showMark(passed)}<span>${name}${kind === "judge" && markup` <span class="tag judge">judge</span>`}${tokens}</span><b class="figure">${figures.join(", ")}</b>${error !== undefined && markup`<div class="text bad" dir="auto">The scorer threw: ${error}</div>`}${comment && markup`<div class="text" dir="auto">${comment}</div>`}</li>`;
  });
  const silent = Object.keys(scores).filter((name) => told.every(([other]) => other !== name));
  return markup`<ul class="scores">${rows}</ul>${silent.length > 0 && markup`<p class="soft">Nothing to say: ${silent.join(", ")}</p>`}`;
}

/** Whether it passed, in a sign that is read out as a word. */
export function showMark(passed: boolean | null, share = ""): Markup {
  if (passed === null) return markup`<span class="mark" role="img" aria-label="nothing to say">–</span>`;
  const [look, sign, word] = passed ? ["good", "✓", "passed"] : ["bad", "✗", "failed"];
  return markup`<span class="mark ${look}" role="img" aria-label="${word} ${share}">${share || sign}</span>`;
}

function showRoute(nodes: string[], route: Trial["observation"]["route"]): Markup {
  const { workers, step, confidence, reason } = route ?? {};
  const why = [
    workers && `to ${workers.join(" and ") || "nobody"}`,
    step && `step ${step}`,
    confidence !== undefined && `${formatPercent(confidence)} sure`,
  ].filter(Boolean);
  return markup`${(why.length > 0 || reason) && markup`<p>${why.join(", ")}${reason && markup`${why.length > 0 && ": "}<q dir="auto">${reason}</q>`}</p>`}<ol class="names path">${nodes.map((node) => markup`<li class="chip">${node}</li>`)}</ol>`;
}

const showToolCall = ({ name, args, result, error }: ObservedToolCall) =>
  markup`<li>${fold(markup`<code>${name}(${JSON.stringify(args)})</code>${error !== undefined && markup` <span class="tag bad">failed</span>`}`, error === undefined ? showValue(result) : showField("Error", error))}</li>`;

const showDocument = ({ id, text, source, score, ...lines }: ObservedDocument) =>
  markup`<li>${fold(markup`<span>${source ?? id}${linesOf(lines)}</span>${score !== undefined && markup` <span class="figure soft">${formatFigure(score)}</span>`}`, showValue(text))}</li>`;

const linesOf = ({ line_start, line_end }: { line_start?: number; line_end?: number }) =>
  line_start !== undefined &&
  markup`<span class="soft">:${line_start}${line_end !== undefined && `–${line_end}`}</span>`;
