import type { Span } from "../../../storage/storage.ts";
import { formatFigure } from "./format-figure.ts";
import { type Markup, markup } from "./markup.ts";
import { showField, showMessages } from "./show-value.ts";

/** The width of the whole time, in units of the drawing. */
const width = 1000;
const deepest = 5;

/** Nodes and calls as a waterfall: a row each, by when they began, that opens to what was asked and answered. */
export function renderSpans(spans: readonly Span[]): Markup {
  const began = Math.min(...spans.map(beginOf));
  const ended = Math.max(began + 1, ...spans.map((span) => beginOf(span) + (span.duration_ms ?? 0)));
  const scale = width / (ended - began);
  const parents = new Map(spans.map(({ span_id, parent_id }) => [span_id, parent_id]));
  // A damaged file may have a call below itself.
  const depthOf = ({ parent_id }: Span) => {
    let depth = 0;
    for (let id = parent_id; id && depth < deepest; id = parents.get(id) ?? null) depth += 1;
    return depth;
  };
  const rows = spans
    .toSorted((a, b) => beginOf(a) - beginOf(b))
    .map((span) => {
      const x = (beginOf(span) - began) * scale;
      const wide = span.duration_ms === null ? width - x : span.duration_ms * scale;
      return renderSpan(span, { x: Math.min(x, width - 4), wide: Math.max(4, wide) }, depthOf(span));
    });
  return markup`<div class="spans"><p class="axis soft"><span>0</span><span>${formatFigure(ended - began, "ms")}</span></p>${rows}</div>`;
}

const beginOf = ({ started_at }: Span) => Date.parse(started_at);

function renderSpan(span: Span, { x, wide }: { x: number; wide: number }, depth: number): Markup {
  const { kind, name, error, interrupts, duration_ms, usage } = span;
  const time = duration_ms === null ? "not ended" : formatFigure(duration_ms, "ms");
  const state = error ? "bad" : interrupts ? "asks" : "";
  const told = error ? "failed" : interrupts ? "asks a person" : "";
  return markup`<details class="span ${kind} ${state}"><summary><span class="label depth-${depth}"><span class="kind">${kind}</span> ${name}${told && markup` <span class="tag ${state}">${told}</span>`}</span><svg class="time" viewBox="0 0 ${width} 10" preserveAspectRatio="none" aria-hidden="true"><rect x="${x.toFixed(1)}" width="${wide.toFixed(1)}" height="10"/></svg><span class="figure">${time}${usage && markup`<br><span class="soft">${formatFigure(usage.total_tokens, "tokens")}</span>`}</span></summary>
<div class="inside">${error && showField(error.error, error.message)}${interrupts && showField("Asks", interrupts)}${showCall(span)}</div></details>`;
}

function showCall(span: Span): Markup {
  switch (span.kind) {
    case "node":
      return markup`${showField("Update of the state", span.response?.update)}`;
    case "model": {
      const { messages, tools, options } = span.request;
      const { usage, response } = span;
      const tokens =
        usage && `${formatFigure(usage.input_tokens, "tokens")} in, ${formatFigure(usage.output_tokens)} out`;
      return markup`${tokens && markup`<p class="soft">${tokens}</p>`}${showMessages(messages)}${response && markup`<h3>Answer</h3>${showMessages([response.message])}`}${showField("Tools it may call", tools?.map((tool) => tool.name).join(", "))}${showField("Options", options)}`;
    }
    case "tool":
      return markup`${showField("Arguments", span.request.args)}${showField("Result", span.response?.content)}${showField("Artifact", span.response?.artifact)}`;
    case "retriever": {
      const documents = span.response?.documents.map(({ pageContent, metadata }) => ({
        ...metadata,
        text: pageContent,
      }));
      return markup`${showField("Query", span.request.query)}${showField("Documents", documents)}`;
    }
  }
}
