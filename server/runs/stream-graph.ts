import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { Command, type RunControl, Send, type StreamMode as GraphStreamMode } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import type { EffectStorage } from "../../storage/storage.ts";
import type { AnyGraph } from "../load-graphs.ts";
import type { RunKwargs } from "./admit-run.ts";
import type { RunBody } from "./run-body.ts";
import { type Chunk, type Frame, graphStreamModes } from "./to-frames.ts";
import type { RunningNodes } from "./track-nodes.ts";

/** What one execution of a run needs beside its graph. */
export interface Execution {
  run_id: string;
  thread_id: string;
  attempt: number;
  kwargs: RunKwargs;
  /** Saves this run's checkpoints. The compiled graph is shared by all runs, so it goes through the config. */
  checkpointer: BaseCheckpointSaver;
  /** Where `once` records its side effects. */
  effects: EffectStorage;
  /** Sees its nodes while they execute. */
  nodes: RunningNodes;
  /** What a trace listens with. */
  callbacks: BaseCallbackHandler[] | undefined;
  signal: AbortSignal;
  control: RunControl;
}

/** Takes what a graph streams, in order: its chunks, and frames of the mode `events` where that was asked for. */
export interface StreamListener {
  onChunk(chunk: Chunk): void;
  onFrame(frame: Frame): void;
}

/** Executes a graph once, from the run's own last checkpoint when it has begun before. Rejects with what the graph throws, and when its run is stopped. */
export async function streamGraph(
  graph: AnyGraph,
  execution: Execution,
  hasBegun: boolean,
  listener: StreamListener,
): Promise<void> {
  const { kwargs } = execution;
  const { input, options } = startOrResume(execution, hasBegun);
  // The old messages mode shows the messages of subgraphs too, whether these are streamed or not.
  const subgraphs = kwargs.stream_subgraphs || kwargs.stream_mode.includes("messages");
  const streamMode = graphStreamModes(kwargs.stream_mode);
  const toChunk = (item: unknown) => (subgraphs ? item : [[], ...(item as [GraphStreamMode, unknown])]) as Chunk;

  if (!kwargs.stream_mode.includes("events")) {
    // With a version LangGraph names the checkpoint of each values, as it does for `streamEvents`.
    const named = { ...options, version: "v2" };
    const stream = await graph.stream(input, { ...named, streamMode, subgraphs });
    for await (const item of stream) listener.onChunk(toChunk(item));
    return;
  }
  for await (const event of graph.streamEvents(input, { ...options, streamMode, subgraphs, version: "v2" })) {
    if (event.tags?.includes("langsmith:hidden")) continue;
    const isChunk = event.event === "on_chain_stream" && event.run_id === execution.run_id;
    if (isChunk) listener.onChunk(toChunk(event.data.chunk));
    else listener.onFrame({ event: "events", data: event });
  }
}

/**
 * A run that has begun goes on from its own last checkpoint, with no input: this was applied before that checkpoint was
 * made. One that left none starts with the input it was given.
 */
function startOrResume(execution: Execution, hasBegun: boolean) {
  const { run_id, kwargs, checkpointer, effects, nodes, callbacks, signal, control } = execution;
  const { config } = kwargs;
  const { checkpoint_id: _, checkpoint_map: __, checkpoint_ns: ___, ...atHead } = config.configurable;
  const options = {
    ...(kwargs.interrupt_before && { interruptBefore: kwargs.interrupt_before as string[] }),
    ...(kwargs.interrupt_after && { interruptAfter: kwargs.interrupt_after as string[] }),
    ...(kwargs.context !== undefined && { context: kwargs.context as Record<string, unknown> }),
    ...(config.tags && { tags: config.tags }),
    ...(config.recursion_limit && { recursionLimit: config.recursion_limit }),
    configurable: {
      ...(hasBegun ? atHead : config.configurable),
      ...nodes.configurable,
      __pregel_checkpointer: checkpointer,
      __troupe_effects: effects,
    },
    metadata: metadataOf(execution),
    ...(callbacks && { callbacks }),
    runId: run_id,
    durability: kwargs.durability,
    signal,
    control,
  };
  if (hasBegun) return { input: null, options };
  return { input: kwargs.command ? toCommand(kwargs.command) : kwargs.input, options };
}

/** What traces and checkpoints say of a run: LangGraph goes on with a checkpoint only where it finds the same `run_id`. */
export function metadataOf({ run_id, attempt, kwargs }: Pick<Execution, "run_id" | "attempt" | "kwargs">) {
  const { metadata } = kwargs.config;
  return { ...metadata, run_id, run_attempt: attempt, langgraph_host: "self-hosted" };
}

function toCommand({ goto, update, resume }: NonNullable<RunBody["command"]>): Command {
  const targets = [goto ?? []].flat();
  return new Command({
    goto: targets.map((target) => (typeof target === "string" ? target : new Send(target.node, target.input))),
    update: update ?? undefined,
    resume,
  });
}
