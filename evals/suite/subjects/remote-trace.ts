import { toSpanMessage } from "../../../server/trace/to-span-message.ts";
import type { Span, SpanUsage } from "../../../storage/storage.ts";
import type { RemoteNode } from "./place-calls.ts";

interface TaskEvent {
  id: string;
  name: string;
  /** Of the event that says that it begins. */
  input?: unknown;
  result?: unknown;
  error?: string | { name?: string; message?: string } | null;
  interrupts?: { value: unknown }[];
}

interface Message {
  id?: string;
  type: string;
  content: unknown;
  usage_metadata?: SpanUsage;
}

interface MessageMetadata {
  ls_model_name?: string;
  ls_provider?: string;
  langgraph_node?: string;
  langgraph_step?: number;
}

/** Makes spans of nodes and models of what a server streams (`tasks`, `messages`, `values`), with the times of this side. */
export function createRemoteTrace(): {
  add(event: string, data: unknown): void;
  spans: () => Span[];
  nodes: () => RemoteNode[];
} {
  const spans: Span[] = [];
  const nodes: RemoteNode[] = [];
  let run_id = "";
  /** The latest span of each task and message: a task that is resumed has its id again. */
  const latest = new Map<string, { span: Span; started: number }>();

  function begin(id: string, span: Pick<Span, "kind" | "name" | "request" | "node" | "step">, parent = ""): void {
    const started = performance.now();
    const started_at = new Date(performance.timeOrigin + started).toISOString();
    const span_id = String(spans.length + 1);
    const parent_id = latest.get(parent)?.span.span_id ?? null;
    const begun = { span_id, parent_id, response: null, error: null, started_at, duration_ms: null, ...span };
    spans.push(begun as Span);
    if (span.kind === "node") nodes.push({ span: begun as Span, run_id });
    latest.set(id, { span: begun as Span, started });
  }

  function addTask({ id, name, result, error, interrupts = [], ...rest }: TaskEvent, parent?: string): void {
    if ("input" in rest) return begin(id, { kind: "node", name, request: null, node: name, step: null }, parent);
    const { span, started } = latest.get(id) ?? {};
    if (span?.kind !== "node") return;
    span.duration_ms = performance.now() - started!;
    if (error) span.error = typeof error === "string" ? failure({ message: error }) : failure(error);
    else if (interrupts.length > 0) span.interrupts = interrupts.map(({ value }) => value);
    else span.response = { update: result };
  }

  /** A message that no model wrote comes without the name of one. */
  function addMessage([message, metadata]: [Message, MessageMetadata]): void {
    const name = metadata.ls_model_name ?? metadata.ls_provider;
    if (!name || !message.id || !message.type.toLowerCase().startsWith("ai")) return;
    if (!latest.has(message.id)) {
      const { langgraph_node: node = null, langgraph_step: step = null } = metadata;
      begin(message.id, { kind: "model", name, request: { messages: [] }, node, step });
    }
    const { span, started } = latest.get(message.id)!;
    if (span.kind !== "model") return;
    const before = span.response?.message.content;
    const content =
      typeof message.content === "string" && typeof before === "string" ? before + message.content : message.content;
    span.response = { message: { type: "ai", content } };
    if (message.usage_metadata) span.usage = message.usage_metadata;
    span.duration_ms = performance.now() - started;
  }

  /** A whole message says more than its chunks: its tool calls. */
  function addValues({ messages }: { messages?: Message[] }): void {
    for (const message of Array.isArray(messages) ? messages : []) {
      const { span } = latest.get(message.id ?? "") ?? {};
      if (span?.kind === "model") span.response = { message: toSpanMessage(message) };
    }
  }

  return {
    add(told, data) {
      // Of a subgraph it has the tasks that it is in: `tasks|pay:<id>`.
      const [event, ...tasks] = told.split("|");
      if (event === "metadata") ({ run_id } = data as { run_id: string });
      if (event === "tasks") addTask(data as TaskEvent, tasks.at(-1)?.split(":").at(-1));
      if (event === "messages") addMessage(data as [Message, MessageMetadata]);
      if (event === "values") addValues(data ?? {});
    },
    spans: () => spans,
    nodes: () => nodes,
  };
}

const failure = ({ name = "Error", message = "" }: { name?: string; message?: string }) => ({ error: name, message });
