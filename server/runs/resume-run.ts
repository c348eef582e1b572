import { INTERRUPT } from "@langchain/langgraph";
import type { CheckpointTuple } from "@langchain/langgraph-checkpoint";
import type { RunStorage } from "../../storage/storage.ts";
import type { AnyGraph } from "../load-graphs.ts";
import type { Execution } from "./stream-graph.ts";
import type { Chunk } from "./to-frames.ts";

/** Where a run goes on that was claimed before. */
export interface Resumption {
  /** Whether it has a checkpoint of its own: then its input was applied before that was made. */
  hasBegun: boolean;
  /** Where it had stopped already, so that only its end was not stored. */
  stoppedAt?: "interrupt" | "breakpoint";
  /** Whether LangGraph says again what was committed in an earlier attempt. To be asked of each chunk, in order. */
  isRepeated(chunk: Chunk): boolean;
}

/** A first attempt. */
const beginning: Resumption = { hasBegun: false, isRepeated: () => false };

/** Reads what the earlier attempts of a run have left. */
export async function findResumption(graph: AnyGraph, execution: Execution, runs: RunStorage): Promise<Resumption> {
  const { run_id, thread_id, attempt, checkpointer } = execution;
  if (attempt === 1) return beginning;
  const configurable = { thread_id, checkpoint_ns: "", __pregel_checkpointer: checkpointer };
  const head = await checkpointer.getTuple({ configurable });
  if (!head) return beginning;
  const hasBegun = (head.metadata as { run_id?: string } | undefined)?.run_id === run_id;
  const { tasks } = await runs.progress(execution);
  const finished = new Map<string, Set<string>>();
  const interrupted = new Set<string>();
  for (const { checkpoint_ns, task_id, interrupted: hasInterrupt } of tasks) {
    if (hasInterrupt) interrupted.add(task_id);
    else finished.set(checkpoint_ns, (finished.get(checkpoint_ns) ?? new Set()).add(task_id));
  }
  const root = finished.get("");
  const next = hasBegun || interrupted.size > 0 ? (await graph.getState({ configurable })).tasks : [];
  const waits = (id: string) => interrupted.has(id);
  const isInterrupted = next.some(({ id }) => waits(id)) && next.every(({ id }) => waits(id) || root?.has(id));
  const parent = hasBegun && head.parentConfig ? await checkpointer.getTuple(head.parentConfig) : undefined;
  const names = next.filter(({ id }) => !root?.has(id)).map(({ name }) => name);
  const isAtBreakpoint = hasBegun && !root && mustStop(graph, execution, head, parent, names);
  const known = new Set(next.filter(({ id }) => waits(id)).flatMap(({ interrupts }) => interrupts.map(({ id }) => id)));
  const stoppedAt = isInterrupted ? "interrupt" : isAtBreakpoint ? "breakpoint" : undefined;
  return { hasBegun, stoppedAt, isRepeated: repetitions(finished, known) };
}

/** By LangGraph's own rule, that a channel has changed since it last stopped. */
function mustStop(
  graph: AnyGraph,
  { kwargs }: Execution,
  { checkpoint, metadata }: CheckpointTuple,
  parent: CheckpointTuple | undefined,
  next: string[],
): boolean {
  const seen = checkpoint.versions_seen[INTERRUPT] ?? {};
  const isNew = Object.entries(checkpoint.channel_versions).some(
    ([channel, version]) => version > (seen[channel] ?? 0),
  );
  const before = parent?.checkpoint.versions_seen ?? {};
  const executed =
    metadata?.source === "loop"
      ? Object.entries(checkpoint.versions_seen)
          .filter(([name, versions]) => JSON.stringify(versions) !== JSON.stringify(before[name]))
          .map(([name]) => name)
      : [];
  const isIn = (names: string[], breakpoints: string[] | "*" | undefined) =>
    names.some((name) => !name.startsWith("__") && (breakpoints === "*" || breakpoints?.includes(name)));
  return (
    isNew &&
    (isIn(next, kwargs.interrupt_before ?? (graph.interruptBefore as string[] | "*" | undefined)) ||
      isIn(executed, kwargs.interrupt_after ?? (graph.interruptAfter as string[] | "*" | undefined)))
  );
}

/**
 * On its first step LangGraph says once more, marked as cached, what finished tasks wrote, and that they begin; tasks that
 * were interrupted run again up to there. All of it was committed with those writes. A hit of a node's cache is marked
 * alike, and comes behind them.
 */
function repetitions(
  finished: Map<string, Set<string>>,
  interrupts: Set<string | undefined>,
): Resumption["isRepeated"] {
  const left = new Map([...finished].map(([place, ids]) => [place, ids.size]));
  return ([namespace, mode, data]) => {
    const place = namespace.join("|");
    if (mode === "tasks" || mode === "debug") {
      const task = (mode === "debug" ? (data as { payload: unknown }).payload : data) as { id?: string };
      return task.id !== undefined && finished.get(place)?.has(task.id) === true;
    }
    const { __metadata__: about, [INTERRUPT]: stops } = (data ?? {}) as Record<string, unknown>;
    if (Array.isArray(stops) && stops.length > 0 && (mode === "updates" || mode === "values")) {
      return stops.every(({ id }: { id?: string }) => interrupts.has(id));
    }
    const more = left.get(place) ?? 0;
    if (mode !== "updates" || more === 0 || (about as { cached?: boolean } | undefined)?.cached !== true) return false;
    left.set(place, more - 1);
    return true;
  };
}
