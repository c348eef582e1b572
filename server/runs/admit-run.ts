import { v7 } from "@langchain/core/utils/uuid";
import type { Assistant } from "@langchain/langgraph-sdk";
import type { MetadataFilters, NewRun, ThreadRow } from "../../storage/storage.ts";
import { type Caller, toAuthConfigurable } from "../auth/caller.ts";
import type { RunBody, StreamMode } from "./run-body.ts";

/** What a run keeps of the request that made it. It is stored, so a run taken up after a crash has all of it. */
export interface RunKwargs extends Record<string, unknown> {
  input: unknown;
  command?: RunBody["command"];
  config: {
    tags?: string[];
    recursion_limit?: number;
    configurable: Record<string, unknown>;
    metadata: Record<string, unknown>;
  };
  context?: unknown;
  stream_mode: StreamMode[];
  stream_subgraphs: boolean;
  interrupt_before?: string[] | "*";
  interrupt_after?: string[] | "*";
  durability: "sync" | "async" | "exit";
  feedback_keys?: string[];
  /** Where the end of the run is told, once it is committed. */
  webhook?: string;
  /** The thread was made for this run and goes with it. */
  temporary: boolean;
}

/** Headers that must not reach a graph's config, where nodes, traces and the database would see them. */
const secretHeaders = new Set(["x-api-key", "x-tenant-id", "x-service-key", "x-auth-scheme"]);

/** Who wants a run, of what, and where. */
export interface RunRequest {
  assistant: Assistant;
  /** The thread that the request names, if it does, and its row where it is there. */
  thread_id: string | undefined;
  thread?: ThreadRow;
  headers: NodeJS.Dict<string | string[]>;
  caller?: Caller;
  /** The run's metadata, as an auth handler left it, and what it lets the caller see. */
  metadata?: Record<string, unknown>;
  filters?: MetadataFilters;
}

/** Turns a checked request into a run that can be stored. Its config is the assistant's, the thread's and the request's, the last one first. */
export function admitRun(body: RunBody, request: RunRequest): NewRun & { kwargs: RunKwargs } {
  const { assistant, thread, headers, filters } = request;
  const run_id = v7();
  const thread_id = request.thread_id ?? v7();
  const { assistant_id, graph_id } = assistant;
  const own = { graph_id, assistant_id };
  const metadata = { ...assistant.metadata, ...thread?.metadata, ...request.metadata, ...own };
  const config = { ...assistant.config, ...thread?.config, ...body.config };
  const asked = withoutInternals({ ...thread?.config.configurable, ...body.config?.configurable });
  const configurable = { ...withoutInternals({ ...assistant.config.configurable }), ...asked };
  const temporary = request.thread_id === undefined && body.on_completion !== "keep";
  return {
    run_id,
    thread_id,
    ...own,
    metadata,
    multitask_strategy: body.multitask_strategy ?? "reject",
    if_not_exists: request.thread_id === undefined ? "create" : (body.if_not_exists ?? "reject"),
    thread_metadata: thread ? own : { ...request.metadata, ...own },
    // Not the assistant's: it would outlive a change of the assistant, and reach those that run on the thread later.
    thread_config: { ...body.config, configurable: asked },
    temporary,
    filters,
    after_seconds: body.after_seconds ?? undefined,
    kwargs: {
      input: body.input ?? null,
      command: body.command ?? undefined,
      config: {
        tags: config.tags,
        recursion_limit: config.recursion_limit,
        metadata: { ...config.metadata, ...metadata },
        configurable: {
          ...configurable,
          ...checkpointOf(body),
          ...tracerOf(body),
          ...passedOn(headers),
          ...toAuthConfigurable(request.caller),
          run_id,
          thread_id,
          ...own,
        },
      },
      context: contextOf(assistant, body),
      stream_mode: body.stream_mode?.length ? [body.stream_mode].flat() : ["values"],
      stream_subgraphs: body.stream_subgraphs ?? false,
      interrupt_before: body.interrupt_before ?? undefined,
      interrupt_after: body.interrupt_after ?? undefined,
      durability: body.durability ?? (body.checkpoint_during === false ? "exit" : "sync"),
      feedback_keys: body.feedback_keys?.length ? body.feedback_keys : undefined,
      webhook: body.webhook || undefined,
      temporary,
    },
  };
}

/** Keys in `__` steer LangGraph itself, and only the server says who a caller is: a client may set neither. */
const withoutInternals = (configurable: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(configurable).filter(([key]) => !/^(__|langgraph_auth_)/.test(key)));

function checkpointOf({ checkpoint, checkpoint_id }: RunBody): Record<string, unknown> {
  const fields = { ...(checkpoint_id && { checkpoint_id }), ...checkpoint };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}

/** LangSmith reads from the config where a run is traced to. */
function tracerOf({ langsmith_tracer: tracer }: RunBody): Record<string, unknown> {
  if (!tracer) return {};
  return { langsmith_project: tracer.project_name, langsmith_example_id: tracer.example_id };
}

function passedOn(headers: NodeJS.Dict<string | string[]>): Record<string, unknown> {
  const passed: Record<string, unknown> = {};
  for (const name in headers) {
    if (name === "user-agent" || (name.startsWith("x-") && !secretHeaders.has(name))) passed[name] = headers[name];
  }
  return passed;
}

function contextOf(assistant: Assistant, body: RunBody): unknown {
  const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
  if (!isObject(assistant.context) || !isObject(body.context)) return body.context ?? assistant.context ?? undefined;
  return { ...assistant.context, ...body.context };
}
