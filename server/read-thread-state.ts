import { type BaseCheckpointSaver, type CheckpointTuple, ERROR, INTERRUPT } from "@langchain/langgraph-checkpoint";
import type { ThreadState } from "@langchain/langgraph-sdk";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { Storage, ThreadRow } from "../storage/storage.ts";
import type { AnyGraph, Graphs } from "./load-graphs.ts";
import { toThreadState } from "./thread-state.ts";
import { unless } from "./unless.ts";

/** Where in a thread's history to look; its latest state unless told. */
export interface CheckpointQuery {
  checkpoint_id?: string | null;
  checkpoint_ns?: string | null;
  checkpoint_map?: Record<string, unknown> | null;
}

/** What a thread's state is read with. */
export interface StateContext {
  graphs: Graphs;
  storage: Storage;
}

/** The graph that a thread's runs belong to, `undefined` before its first; made as for a run of the thread's last assistant. */
export async function graphOfThread(
  { graphs, storage }: StateContext,
  thread: ThreadRow,
): Promise<AnyGraph | undefined> {
  const { graph_id, assistant_id } = thread.metadata;
  if (typeof graph_id !== "string") return undefined;
  const graph = graphs.peek(graph_id);
  if (graph || typeof assistant_id !== "string") return graph ?? graphs.get(graph_id, { ...thread.config });
  // Once it is deleted, the thread's own config has to do.
  const assistant = await unless("assistant_not_found", storage.assistants.get(assistant_id));
  const config = assistant?.config;
  const configurable = { ...config?.configurable, ...thread.config.configurable };
  return graphs.get(graph_id, { ...config, ...thread.config, configurable });
}

/**
 * A thread's state, now or at a checkpoint; `undefined` for a thread that no graph has run on. What a reducer of the graph
 * refuses is left out of it. Throws `checkpoint_not_found`, and `graph_not_found` when its graph is no longer served.
 */
export async function readThreadState(
  context: StateContext,
  thread: ThreadRow,
  query: CheckpointQuery & { subgraphs?: boolean },
): Promise<ThreadState | undefined> {
  const graph = await graphOfThread(context, thread);
  const { subgraphs = false, ...checkpoint } = query;
  const configurable = toConfigurable(thread.thread_id, checkpoint);
  const snapshot =
    graph && (await readApplicable(graph, configurable, (config) => graph.getState(config, { subgraphs })));
  if (checkpoint.checkpoint_id && !snapshot?.createdAt) {
    throw new TroupeError("checkpoint_not_found", `The thread has no checkpoint "${checkpoint.checkpoint_id}".`, {
      hint: "GET its /history for the checkpoints that it has.",
    });
  }
  return snapshot && toThreadState(snapshot);
}

/**
 * Reads a graph's state. LangGraph applies what was written since a checkpoint too, and throws where a reducer refuses it,
 * of which the run failed already: then it is read without.
 */
export async function readApplicable<Result>(
  graph: AnyGraph,
  configurable: Record<string, unknown>,
  read: (config: { configurable: Record<string, unknown> }) => Promise<Result>,
): Promise<Result> {
  try {
    return await read({ configurable });
  } catch (error) {
    if (isTroupeError(error)) throw error;
    const checkpointer = withoutPendingValues(graph.checkpointer as BaseCheckpointSaver);
    return read({ configurable: { ...configurable, __pregel_checkpointer: checkpointer } });
  }
}

/** Reads as the saver does, of the pending writes only the errors and interrupts. */
function withoutPendingValues(saver: BaseCheckpointSaver): Pick<BaseCheckpointSaver, "getTuple" | "list"> {
  const strip = (tuple: CheckpointTuple): CheckpointTuple => ({
    ...tuple,
    pendingWrites: tuple.pendingWrites?.filter(([, channel]) => channel === ERROR || channel === INTERRUPT),
  });
  return {
    async getTuple(config) {
      const tuple = await saver.getTuple(config);
      return tuple && strip(tuple);
    },
    async *list(config, options) {
      for await (const tuple of saver.list(config, options)) yield strip(tuple);
    },
  };
}

/** The configurable part of a config that points to a checkpoint of a thread. */
export const toConfigurable = (thread_id: string, checkpoint: CheckpointQuery) => ({
  thread_id,
  checkpoint_ns: checkpoint.checkpoint_ns ?? "",
  ...(checkpoint.checkpoint_id && { checkpoint_id: checkpoint.checkpoint_id }),
  ...(checkpoint.checkpoint_map && { checkpoint_map: checkpoint.checkpoint_map }),
});
