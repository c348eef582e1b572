import type { Claim } from "./claim.ts";

/** A message as spans keep it: LangChain's wire fields without ids, which differ from run to run. */
export interface SpanMessage {
  type: "system" | "human" | "ai" | "tool" | (string & {});
  content: unknown;
  name?: string;
  tool_calls?: { name: string; args: Record<string, unknown>; id?: string }[];
  tool_call_id?: string;
  status?: string;
}

/** Tokens as LangChain counts them. */
export interface SpanUsage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/** What a chat model was asked. `tools` are those bound; `options` what else the answer depends on, such as `tool_choice`. */
export interface ModelRequest {
  messages: SpanMessage[];
  tools?: { name: string; description?: string; schema?: unknown }[];
  options?: Record<string, unknown>;
}

export interface ToolRequest {
  args: unknown;
}

export interface RetrieverRequest {
  query: string;
}

export interface ModelResponse {
  /** With what only a graph reads of an answer, such as why it ended and its reasoning. */
  message: SpanMessage & {
    additional_kwargs?: Record<string, unknown>;
    response_metadata?: Record<string, unknown>;
  };
}

export interface ToolResponse {
  /** What the model reads: the content of the tool's message. */
  content: unknown;
  status?: string;
  artifact?: unknown;
}

export interface RetrieverResponse {
  documents: { id?: string; pageContent: string; metadata: Record<string, unknown> }[];
}

interface SpanOf<Kind extends string, Request, Response> {
  /** LangChain's id of the call. */
  span_id: string;
  /** The nearest span around it; null at the top. */
  parent_id: string | null;
  kind: Kind;
  /** The node's, tool's or retriever's name; of a model its provider's name for it, such as `gpt-5.4`, or `embedded`. */
  name: string;
  /** The node that it happened in, and the step of the graph (LangGraph's `langgraph_step`); null outside of a graph. */
  node: string | null;
  step: number | null;
  /** Null for a node. */
  request: Request;
  /** Null where it failed or did not end. */
  response: Response | null;
  error: { error: string; message: string } | null;
  /** Where it stopped to ask a person: the values of its interrupts. It has neither response nor error then. */
  interrupts?: unknown[];
  /** Of a tool that a model called: the id of that call. A run that is resumed may call a tool again under the same one. */
  call_id?: string;
  /** ISO 8601, UTC. */
  started_at: string;
  /** Milliseconds; null while it has not ended. */
  duration_ms: number | null;
  /** Of a model that reported it. */
  usage?: SpanUsage;
}

/** A piece of work within a run, as OpenTelemetry has the word: a node, or a call of a model, a tool or a retriever. All of it is JSON. */
export type Span =
  | SpanOf<"node", null, { update: unknown }>
  | SpanOf<"model", ModelRequest, ModelResponse>
  | SpanOf<"tool", ToolRequest, ToolResponse>
  | SpanOf<"retriever", RetrieverRequest, RetrieverResponse>;

/** A span of a call, which a cassette can answer. */
export type CallSpan = Exclude<Span, { kind: "node" }>;

/** A call as it is kept: with its run, the attempt that made it, and its place among those of its storage. */
export type StoredSpan = CallSpan & { run_id: string; attempt: number; seq: number };

export interface SpanStorage {
  /** Commits calls that have ended, before whatever is written after it. Throws `claim_stale`. */
  append(claim: Claim, spans: readonly CallSpan[]): Promise<void>;
  /** Calls of a thread behind `after` (0 for all), as they ended, at most `limit`, and none behind the first `mostCharacters`. */
  list(thread_id: string, options: { after: number; limit: number }): Promise<StoredSpan[]>;
}
