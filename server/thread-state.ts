import type { RunnableConfig } from "@langchain/core/runnables";
import type { StateSnapshot } from "@langchain/langgraph";
import type { Checkpoint, ThreadState } from "@langchain/langgraph-sdk";
import { toWireError } from "./wire-json.ts";

/** A snapshot of a graph's state as the LangGraph API shows it, subgraphs included where they were asked for. */
export function toThreadState(snapshot: StateSnapshot): ThreadState {
  return {
    values: snapshot.values ?? {},
    next: snapshot.next,
    tasks: snapshot.tasks.map((task) => ({
      id: task.id,
      name: task.name,
      error: task.error == null ? null : toWireError(task.error).message,
      interrupts: task.interrupts ?? [],
      path: task.path,
      checkpoint: task.state && !isSnapshot(task.state) ? ((task.state.configurable as Checkpoint) ?? null) : null,
      state: task.state && isSnapshot(task.state) ? toThreadState(task.state) : null,
      result: (task as { result?: unknown }).result ?? null,
    })),
    metadata: snapshot.metadata ?? {},
    created_at: snapshot.createdAt ?? null,
    checkpoint: toCheckpoint(snapshot.config) as Checkpoint,
    parent_checkpoint: toCheckpoint(snapshot.parentConfig),
  };
}

/** Where a config points, or null when it names no checkpoint. */
export function toCheckpoint(config: RunnableConfig | undefined): Checkpoint | null {
  const { thread_id, checkpoint_id, checkpoint_ns, checkpoint_map } = config?.configurable ?? {};
  if (!thread_id || !checkpoint_id) return null;
  return { thread_id, checkpoint_id, checkpoint_ns: checkpoint_ns ?? "", checkpoint_map: checkpoint_map ?? null };
}

const isSnapshot = (state: object): state is StateSnapshot => "values" in state && "next" in state;
