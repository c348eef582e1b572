import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Serialized } from "@langchain/core/load/serializable";
import type { BaseMessage, ToolCall } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { isGraphBubbleUp, isGraphInterrupt } from "@langchain/langgraph";
import type { Span, SpanMessage, SpanUsage } from "../../storage/storage.ts";
import { toWireError } from "../wire-json.ts";
import { toJson } from "./to-json.ts";
import { nameModel, toModelRequest } from "./to-model-request.ts";
import { isMessage, toAnswer, toSpanMessage } from "./to-span-message.ts";

type Metadata = Record<string, unknown>;

/**
 * Makes spans of what a run does: LangChain calls it back for every node, chat model, tool and retriever. Pass it among
 * the `callbacks` of a run's config; one handler serves one run. It never throws into the run.
 *
 * @example
 * const trace = new TraceHandler();
 * await graph.invoke(input, { callbacks: [trace] });
 * const calls = trace.spans().filter(({ kind }) => kind === "model");
 */
export class TraceHandler extends BaseCallbackHandler {
  override name = "TraceHandler";
  /** What runs in the background would be told after the run has returned. */
  override awaitHandlers = true;
  readonly #spans = new Map<string, Span>();
  /** Of every LangChain run the span that it is, or is within. */
  readonly #around = new Map<string, string>();
  readonly #begun = new Map<string, number>();
  /** The tools' names by the ids of their calls: within a ToolNode a tool's run is named after the node. */
  readonly #called = new Map<string, string>();
  readonly #onSpan: ((span: Span) => void) | undefined;
  readonly #nodes: boolean;
  /** Spans of one run lie truly to each other also where the clock is set, or stands still in a test. */
  readonly #origin = Date.now() - performance.now();

  constructor(
    options: {
      /** Called with each span that has ended. Must not throw. */
      onSpan?: (span: Span) => void;
      /** Whether nodes are spans; they are unless told. */
      nodes?: boolean;
    } = {},
  ) {
    super();
    this.#onSpan = options.onSpan;
    this.#nodes = options.nodes ?? true;
  }

  /** Every span so far, in the order of their start. */
  spans(): Span[] {
    return [...this.#spans.values()];
  }

  // LangChain's types have the parameters of this one in an order that no caller uses.
  override handleChainStart(
    _chain: Serialized,
    inputs: unknown,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    metadata?: Metadata,
    _runType?: string,
    runName?: string,
  ): void {
    // LangGraph tags the outermost run of a node's task so; what is within may have the same name.
    const isTask = tags?.includes(`graph:step:${String(metadata?.["langgraph_step"])}`);
    const isNode = isTask && runName === metadata?.["langgraph_node"] && !tags?.includes("langsmith:hidden");
    if (isTask) this.#learnCalls(inputs);
    if (this.#nodes && isNode) this.#begin("node", runName!, null, runId, parentRunId, metadata);
    else this.#place(runId, parentRunId);
  }

  override handleChainEnd(outputs: unknown, runId: string): void {
    this.#end(runId, "node", () => ({ update: toJson(() => outputs) }));
  }

  override handleChainError(error: unknown, runId: string): void {
    this.#fail(runId, error);
  }

  override handleChatModelStart(
    _model: Serialized,
    messages: BaseMessage[][],
    runId: string,
    parentRunId?: string,
    extra: Record<string, unknown> = {},
    _tags?: string[],
    metadata: Metadata = {},
  ): void {
    const around = this.#spanOf(parentRunId);
    // A model that asks another one, such as one with fallbacks, is one call.
    if (around?.kind === "model") return this.#place(runId, parentRunId);
    const { invocation_params, options } = extra as Record<string, Record<string, unknown> | undefined>;
    const name = nameModel(metadata, invocation_params);
    this.#begin("model", name, toModelRequest(messages[0] ?? [], options), runId, parentRunId, metadata);
  }

  /** A model that completes a text. */
  override handleLLMStart(
    _model: Serialized,
    prompts: string[],
    runId: string,
    parentRunId?: string,
    { invocation_params }: { invocation_params?: Record<string, unknown> } = {},
    _tags?: string[],
    metadata: Metadata = {},
  ): void {
    const messages = prompts.map((content) => ({ type: "human", content }));
    this.#begin("model", nameModel(metadata, invocation_params), { messages }, runId, parentRunId, metadata);
  }

  override handleLLMEnd(output: LLMResult, runId: string): void {
    this.#end(runId, "model", (span) => {
      const [generation] = output.generations[0] ?? [];
      if (!generation) return null;
      if (!("message" in generation)) return { message: { type: "ai", content: generation.text } };
      const message = generation.message as BaseMessage & {
        usage_metadata?: SpanUsage;
        response_metadata?: Record<string, unknown>;
      };
      if (message.usage_metadata) {
        const { input_tokens, output_tokens, total_tokens } = message.usage_metadata;
        span.usage = { input_tokens, output_tokens, total_tokens };
      }
      // After a fallback it is another model than was asked; a dated name of the same says no more.
      const answered = message.response_metadata?.["model_name"] ?? message.response_metadata?.["model"];
      if (typeof answered === "string" && answered && !answered.startsWith(span.name)) span.name = answered;
      return { message: toJson(() => toAnswer(message)) as SpanMessage };
    });
  }

  override handleLLMError(error: unknown, runId: string): void {
    this.#fail(runId, error);
  }

  override handleToolStart(
    tool: Serialized,
    input: string,
    runId: string,
    parentRunId?: string,
    _tags?: string[],
    metadata?: Metadata,
    runName?: string,
    toolCallId?: string,
  ): void {
    const name = this.#called.get(toolCallId ?? "") ?? runName ?? nameClass(tool);
    const span = this.#begin("tool", name, { args: parse(input) }, runId, parentRunId, metadata);
    if (toolCallId) span.call_id = toolCallId;
  }

  override handleToolEnd(output: unknown, runId: string): void {
    this.#end(runId, "tool", (span) => {
      if (!isMessage(output)) return { content: toJson(() => output) };
      const { artifact } = output as { artifact?: unknown };
      const { content, status, name } = toSpanMessage(output);
      if (name) span.name = name;
      const more = artifact === undefined ? {} : { artifact: toJson(() => artifact) };
      return { content: toJson(() => content), ...(status && { status }), ...more };
    });
  }

  override handleToolError(error: unknown, runId: string): void {
    this.#fail(runId, error);
  }

  override handleRetrieverStart(
    retriever: Serialized,
    query: string,
    runId: string,
    parentRunId?: string,
    _tags?: string[],
    metadata?: Metadata,
    runName?: string,
  ): void {
    this.#begin("retriever", runName ?? nameClass(retriever), { query }, runId, parentRunId, metadata);
  }

  override handleRetrieverEnd(
    documents: { id?: string; pageContent: string; metadata: object }[],
    runId: string,
  ): void {
    this.#end(runId, "retriever", () => ({
      documents: toJson(() =>
        documents.map(({ id, pageContent, metadata }) => ({ ...(id && { id }), pageContent, metadata })),
      ) as never,
    }));
  }

  override handleRetrieverError(error: unknown, runId: string): void {
    this.#fail(runId, error);
  }

  #spanOf(runId: string | undefined): Span | undefined {
    return this.#spans.get(this.#around.get(runId ?? "") ?? "");
  }

  /** The calls in what a node is given: messages, a state with messages, or one call that was sent to it. */
  #learnCalls(inputs: unknown): void {
    try {
      const { messages = inputs, lg_tool_call } = (inputs ?? {}) as { messages?: unknown; lg_tool_call?: ToolCall };
      const calls = [messages].flat().flatMap((message) => (message as { tool_calls?: ToolCall[] })?.tool_calls ?? []);
      for (const { id, name } of lg_tool_call ? [lg_tool_call, ...calls] : calls) if (id) this.#called.set(id, name);
    } catch {
      // A state whose properties throw names no calls.
    }
  }

  #place(runId: string, parentRunId: string | undefined): void {
    const around = this.#around.get(parentRunId ?? "");
    if (around) this.#around.set(runId, around);
  }

  #begin(
    kind: Span["kind"],
    name: string,
    request: Span["request"],
    runId: string,
    parentRunId: string | undefined,
    metadata: Metadata = {},
  ): Span {
    const { langgraph_node: node, langgraph_step: step } = metadata;
    const now = performance.now();
    const span = {
      span_id: runId,
      parent_id: this.#around.get(parentRunId ?? "") ?? null,
      kind,
      name,
      node: typeof node === "string" ? node : null,
      step: typeof step === "number" ? step : null,
      request,
      response: null,
      error: null,
      started_at: new Date(this.#origin + now).toISOString(),
      duration_ms: null,
    } as Span;
    this.#spans.set(runId, span);
    this.#around.set(runId, runId);
    this.#begun.set(runId, now);
    return span;
  }

  #end<Kind extends Span["kind"]>(
    runId: string,
    kind: Kind,
    respond: (span: Extract<Span, { kind: Kind }>) => Extract<Span, { kind: Kind }>["response"],
  ): void {
    const span = this.#spans.get(runId);
    if (span?.kind !== kind) return;
    try {
      span.response = respond(span as Extract<Span, { kind: Kind }>);
    } catch (error) {
      span.error = toWireError(error);
    }
    this.#finish(span);
  }

  #fail(runId: string, error: unknown): void {
    const span = this.#spans.get(runId);
    if (!span) return;
    // A graph that waits for a person, or goes elsewhere, has not failed.
    if (isGraphInterrupt(error))
      span.interrupts = toJson(() => error.interrupts.map(({ value }) => value)) as unknown[];
    else if (!isGraphBubbleUp(error)) span.error = toWireError(error);
    this.#finish(span);
  }

  #finish(span: Span): void {
    span.duration_ms = Math.round((performance.now() - this.#begun.get(span.span_id)!) * 1000) / 1000;
    this.#onSpan?.(span);
  }
}

/** The name of a class, where a call was given none. */
const nameClass = ({ id }: Serialized) => id.at(-1) ?? "unknown";

/** LangChain hands a tool's arguments over as JSON, and a text as it is. */
function parse(input: string): unknown {
  try {
    const args: unknown = JSON.parse(input);
    return typeof args === "object" ? args : input;
  } catch {
    return input;
  }
}
