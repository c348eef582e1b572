import type { ThreadState } from "@langchain/langgraph-sdk";
import { TroupeError } from "../errors.ts";
import type { ThreadRow } from "../storage/storage.ts";
import type { ServerContext } from "./context.ts";
import type { AnyGraph } from "./load-graphs.ts";
import { toThreadState } from "./thread-state.ts";

/** Where in a thread's history to look; its latest state unless told. */
export interface CheckpointQuery {
  checkpoint_id?: string | null;
  checkpoint_ns?: string | null;
  checkpoint_map?: Record<string, unknown> | null;
}

/** The graph that a thread's runs belong to, `undefined` before its first. */
export async function graphOfThread({ graphs }: ServerContext, thread: ThreadRow): Promise<AnyGraph | undefined> {
  const { graph_id } = thread.metadata;
  return typeof graph_id === "string" ? graphs.get(graph_id) : undefined;
}

/**
 * A thread's state, now or at a checkpoint; `undefined` for a thread that no graph has run on.
 * Throws `checkpoint_not_found`, and `graph_not_found` when its graph is no longer served.
 */
export async function readThreadState(
  context: ServerContext,
  thread: ThreadRow,
  query: CheckpointQuery & { subgraphs?: boolean },
): Promise<ThreadState | undefined> {
  const graph = await graphOfThread(context, thread);
  const { subgraphs = false, ...checkpoint } = query;
  const configurable = toConfigurable(thread.thread_id, checkpoint);
  const snapshot = await graph?.getState({ configurable }, { subgraphs });
  if (checkpoint.checkpoint_id && !snapshot?.createdAt) {
    throw new TroupeError("checkpoint_not_found", `The thread has no checkpoint "${checkpoint.checkpoint_id}".`, {
      hint: "GET its /history for the checkpoints that it has.",
    });
  }
  return snapshot && toThreadState(snapshot);
}

/** The configurable part of a config that points to a checkpoint of a thread. */
export const toConfigurable = (thread_id: string, checkpoint: CheckpointQuery) => ({
  thread_id,
  checkpoint_ns: checkpoint.checkpoint_ns ?? "",
  ...(checkpoint.checkpoint_id && { checkpoint_id: checkpoint.checkpoint_id }),
  ...(checkpoint.checkpoint_map && { checkpoint_map: checkpoint.checkpoint_map }),
});
