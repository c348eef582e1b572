import { isDeepStrictEqual } from "node:util";
import { toJson } from "../../server/trace/to-json.ts";
import type { Span, SpanMessage } from "../../storage/storage.ts";
import type { Observation, ObservedCitation, ObservedDocument, ObservedToolCall } from "./observation.ts";
import { readAnswer } from "./read-answer.ts";
import { readMessages, textOf } from "./read-messages.ts";
import type { CommonOptions } from "./suite-options.ts";
import { sumUsage } from "./sum-usage.ts";

/** What is left of a trial once it is over. */
export interface Traces extends Pick<
  Observation,
  "interrupts" | "started_at" | "latency_ms" | "error" | "untraced" | "unmade"
> {
  /** As the subject answered it. */
  output: unknown;
  spans: Span[];
  /** The state before the last turn, where there was another one. */
  before?: unknown;
  /** Model calls that were answered in place of a live model. */
  answered: number;
}

/** Makes what scorers and reports read of what a trial left. Throws what `observe` of the suite throws. */
export function observe(
  traces: Traces,
  { observe: read, prices }: Pick<CommonOptions, "observe" | "prices">,
): Observation {
  const { output: raw, before, spans, answered, ...rest } = traces;
  const told = raw === undefined ? {} : read?.(raw as never);
  const output = toJson(() => raw);
  const fields = (typeof output === "object" && output !== null ? output : {}) as Fields;
  const messages = readMessages(raw);
  return {
    ...rest,
    output,
    text: readAnswer(raw, before),
    messages,
    nodes: spans.filter(({ kind }) => kind === "node").map(({ name }) => name),
    ...(fields.route && typeof fields.route === "object" && { route: fields.route }),
    toolCalls: readToolCalls(messages, spans),
    documents: readDocuments(output, fields, spans),
    citations: Array.isArray(fields.citations) ? fields.citations.filter(isCitation) : [],
    spans,
    usage: sumUsage(spans, answered, prices),
    ...(toJson(() => told ?? {}) as typeof told),
  };
}

/** The channels that the states of Troupe's graphs have, and that any other may have. */
interface Fields {
  route?: Observation["route"];
  citations?: unknown;
  findings?: unknown;
}

/**
 * Those of the messages with what came back, then those that only spans saw, such as within a node. What ran anew, since it or
 * what stood beside it asked a person, was called once.
 */
function readToolCalls(messages: SpanMessage[], spans: Span[]): ObservedToolCall[] {
  const tools = spans.filter((span) => span.kind === "tool");
  const isSame = (one: ToolSpan, { name, args }: { name: string; args: unknown }) =>
    one.name === name && isDeepStrictEqual(toArgs(one.request.args), args);
  let unclaimed = tools.filter((span, index) => {
    const call = { name: span.name, args: toArgs(span.request.args) };
    return !span.interrupts || !tools.slice(index + 1).some((later) => isSame(later, call));
  });
  const answers = new Map(messages.map((message) => [message.tool_call_id, message]));
  const asked = messages
    .flatMap(({ tool_calls = [] }) => tool_calls)
    .map((call): ObservedToolCall => {
      const byId = unclaimed.filter(({ name, call_id }) => call_id && call_id === call.id && name === call.name);
      const runs = byId.length > 0 ? byId : unclaimed.filter((span) => isSame(span, call)).slice(0, 1);
      unclaimed = unclaimed.filter((span) => !runs.includes(span));
      const span = runs.at(-1);
      const answer = call.id === undefined ? undefined : answers.get(call.id);
      if (!answer) return { ...call, ...(span && outcomeOf(span)) };
      const failed = answer.status === "error" && { error: textOf(answer.content) };
      return { ...call, result: answer.content, ...failed };
    });
  return [
    ...asked,
    ...unclaimed.map((span) => ({ name: span.name, args: toArgs(span.request.args), ...outcomeOf(span) })),
  ];
}

type ToolSpan = Extract<Span, { kind: "tool" }>;

const outcomeOf = ({ response, error }: ToolSpan) => ({
  ...(response && { result: response.content }),
  ...(error && { error: error.message }),
});

const toArgs = (args: unknown): Record<string, unknown> =>
  typeof args === "object" && args !== null ? (args as Record<string, unknown>) : { input: args };

/** What retrievers found, in rank order; then the passages that only the state tells of; or an output that is documents. */
function readDocuments(output: unknown, { findings }: Fields, spans: Span[]): ObservedDocument[] {
  const retrieved = spans.flatMap((span) => (span.kind === "retriever" && span.response?.documents) || []);
  const found = Array.isArray(findings)
    ? findings.flatMap(({ passages }: { passages?: unknown }) => passages ?? [])
    : [];
  const returned = Array.isArray(output) ? (output as unknown[]) : [];
  const documents = new Map<string, ObservedDocument>();
  for (const value of [...retrieved, ...found, ...returned]) {
    const document = toDocument(value);
    if (document && !documents.has(document.id)) documents.set(document.id, document);
  }
  return [...documents.values()];
}

/** A LangChain document or a passage; its id is the one that it has, else its source, else its text. */
function toDocument(value: unknown): ObservedDocument | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { pageContent, metadata, ...own } = value as Record<string, unknown> & { metadata?: object };
  const {
    id,
    text = pageContent,
    source,
    score,
    relevance = score,
    line_start,
    line_end,
  } = { ...metadata, ...own } as Record<string, unknown>;
  if (typeof text !== "string") return undefined;
  return {
    id: [id, source].find((known) => typeof known === "string") ?? text,
    text,
    ...(typeof source === "string" && { source }),
    ...(typeof line_start === "number" && typeof line_end === "number" && { line_start, line_end }),
    ...(typeof relevance === "number" && { score: relevance }),
  };
}

const isCitation = (value: unknown): value is ObservedCitation =>
  typeof value === "object" && value !== null && "number" in value && "source" in value && "text" in value;
