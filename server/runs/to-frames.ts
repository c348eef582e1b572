import { isAIMessageChunk, type AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { StreamMode as GraphStreamMode } from "@langchain/langgraph";
import { toCheckpoint } from "../thread-state.ts";
import type { StreamMode } from "./run-body.ts";

/** One server-sent event before it is JSON. */
export interface Frame {
  event: string;
  data: unknown;
}

/** One item of a graph's stream: the namespace of the subgraph it came from, its mode, and what it says. */
export type Chunk = [namespace: string[], mode: GraphStreamMode, data: unknown];

/** What a graph is asked to stream so that the frames a client wants can be made; `values` always, for the run's result. */
export function graphStreamModes(asked: readonly StreamMode[]): GraphStreamMode[] {
  const modes = new Set<GraphStreamMode>(["values"]);
  for (const mode of asked) {
    if (mode === "messages-tuple") modes.add("messages");
    else if (mode !== "events") modes.add(mode);
  }
  return [...modes];
}

/**
 * Makes the frames of a run's stream out of its graph's chunks, as the LangGraph API has them: `updates|ns` for a
 * subgraph, checkpoints in place of configs, and the old `messages` mode's partial, complete and metadata frames.
 */
export function createFrames(asked: readonly StreamMode[], streamSubgraphs: boolean): (chunk: Chunk) => Frame[] {
  const wants = new Set(asked);
  const wholeMessages = wants.has("messages") ? createMessageFrames() : undefined;
  const wantsIds = streamSubgraphs && !wants.has("checkpoints") && (wants.has("values") || wants.has("messages"));

  return ([namespace, mode, data]) => {
    const name = [mode, ...namespace].join("|");
    // Nobody asked for these checkpoints: each names only the one that the values behind it are of.
    if (mode === "checkpoints" && wantsIds) return [{ event: name, data }];
    const frames = wholeMessages?.(mode, data) ?? [];
    if (namespace.length > 0 && !streamSubgraphs) return frames;
    const wanted: StreamMode = mode === "messages" ? "messages-tuple" : mode;
    if (wants.has(wanted)) frames.push({ event: name, data: toData(mode, data) });
    return frames;
  };
}

function toData(mode: GraphStreamMode, data: unknown): unknown {
  if (mode === "tasks") return withCheckpoint(data as Task);
  if (mode === "checkpoints") {
    const { values, metadata, next } = data as CheckpointPayload;
    return { values, metadata, next };
  }
  if (mode !== "debug") return data;
  const { type, payload, ...rest } = data as { type: string; payload: unknown };
  if (type === "checkpoint") return { ...rest, type, payload: toDebugCheckpoint(payload as CheckpointPayload) };
  return { ...rest, type, payload: withCheckpoint(payload as Task) };
}

interface Task {
  state?: RunnableConfig;
  [key: string]: unknown;
}

interface CheckpointPayload {
  values: unknown;
  metadata: unknown;
  next: string[];
  tasks: Task[];
  config?: RunnableConfig;
  parentConfig?: RunnableConfig;
}

function toDebugCheckpoint({ config, parentConfig, tasks, ...rest }: CheckpointPayload): unknown {
  return {
    ...rest,
    config: withoutInternals(config),
    parent_config: withoutInternals(parentConfig),
    checkpoint: toCheckpoint(config),
    parent_checkpoint: toCheckpoint(parentConfig),
    tasks: tasks.map(withCheckpoint),
  };
}

/** A task that runs a subgraph names where that subgraph's state is; a client knows checkpoints, not configs. */
function withCheckpoint(task: Task): Task {
  const { state, ...rest } = task;
  const { thread_id, checkpoint_ns, checkpoint_id, checkpoint_map } = state?.configurable ?? {};
  if (!thread_id) return task;
  const checkpoint = {
    thread_id,
    checkpoint_id: checkpoint_id ?? null,
    checkpoint_ns: checkpoint_ns ?? "",
    checkpoint_map: checkpoint_map ?? null,
  };
  return { ...rest, checkpoint };
}

function withoutInternals(config: RunnableConfig | undefined): RunnableConfig | undefined {
  if (!config?.configurable) return config;
  const { callbacks: _, ...rest } = config;
  const own = Object.entries(config.configurable).filter(([key]) => !key.startsWith("__"));
  return { ...rest, configurable: Object.fromEntries(own) };
}

/** The `messages` mode: each message grows in `messages/partial` frames and is given once in `messages/complete`. */
function createMessageFrames(): (mode: GraphStreamMode, data: unknown) => Frame[] {
  const growing = new Map<string, AIMessageChunk>();
  const complete = new Set<string>();

  function partial(message: BaseMessage | AIMessageChunk, metadata: unknown): Frame[] {
    if (!message.id || !("concat" in message) || !isAIMessageChunk(message)) return [];
    const before = growing.get(message.id);
    const now = before ? before.concat(message) : message;
    growing.set(message.id, now);
    const frame = { event: "messages/partial", data: [now] };
    return before ? [frame] : [{ event: "messages/metadata", data: { [message.id]: { metadata } } }, frame];
  }

  return (mode, data) => {
    if (mode === "messages") return partial(...(data as [BaseMessage, unknown]));
    if (mode !== "values") return [];
    const messages = [(data as { messages?: BaseMessage | BaseMessage[] } | null)?.messages ?? []].flat();
    const fresh = messages.filter(({ id }) => id && !complete.has(id));
    for (const { id } of fresh) complete.add(id!);
    return fresh.length > 0 ? [{ event: "messages/complete", data: fresh }] : [];
  };
}
