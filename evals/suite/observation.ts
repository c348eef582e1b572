import type { Span, SpanMessage, SpanUsage } from "../../storage/storage.ts";

/** A tool call that a model asked for or a tool served, with what came back. */
export interface ObservedToolCall {
  name: string;
  args: Record<string, unknown>;
  id?: string;
  /** The content of the tool's message, where it ran. */
  result?: unknown;
  error?: string;
}

/** A document that the subject retrieved, in rank order. */
export interface ObservedDocument {
  id: string;
  text: string;
  source?: string;
  line_start?: number;
  line_end?: number;
  score?: number;
}

/** A passage that the answer cites, by the number that stands in it. */
export interface ObservedCitation {
  number: number;
  source: string;
  text: string;
  line_start?: number;
  line_end?: number;
}

/** Everything seen of one trial, for scorers and reports. All of it is JSON. */
export interface Observation {
  /** The values of a graph's final state, or what the function, tool, … returned. */
  output: unknown;
  /** The answer as text: the last message of the assistant in the last turn, or the output where that is a text; else empty. */
  text: string;
  /** The whole conversation of a graph, all turns. */
  messages: SpanMessage[];
  /** Names of the nodes that ran, in the order they began. */
  nodes: string[];
  /** Why the graph went where it went, as its state tells: `state.route` of the orchestrator. */
  route?: { workers?: string[]; step?: string; confidence?: number; reason?: string };
  toolCalls: ObservedToolCall[];
  documents: ObservedDocument[];
  citations: ObservedCitation[];
  /** The values of the interrupts that were raised, in order. */
  interrupts: unknown[];
  spans: Span[];
  /** The server keeps no calls, so that retrieved documents, and tool calls that no message tells of, were not seen. */
  untraced?: boolean;
  /** Calls that the case's cassette has and the subject, which ended as it should, did not make: `the tool "look_up"`. */
  unmade?: string[];
  usage: SpanUsage & {
    model_calls: number;
    /** Calls that left this process or its cassette, so that a second try may differ. */
    live_calls: number;
    /** Dollars; null where the price of a model that was called is not known. */
    cost: number | null;
  };
  /** ISO 8601, and milliseconds of the subject's own work. */
  started_at: string;
  latency_ms: number;
  /** What the subject threw. */
  error?: {
    name: string;
    message: string;
    code?: string;
    hint?: string;
    stack?: string;
    /** `desk.ts:49:63`: where of the project's own code it came from. */
    place?: string;
  };
}
