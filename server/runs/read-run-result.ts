import { INTERRUPT } from "@langchain/langgraph";
import type { Run, Storage } from "../../storage/storage.ts";
import type { AnyGraph, Graphs } from "../load-graphs.ts";
import { readApplicable } from "../read-thread-state.ts";
import { toWireJson } from "../wire-json.ts";
import type { RunKwargs } from "./admit-run.ts";

/** Whether a run is still to be executed, or executing. */
export const isActive = ({ status }: Run): boolean => status === "pending" || status === "running";

/** What a run that has ended came to, as `/wait` and `/join` send it: its last values, its error, or null for one that was cancelled. */
export async function readRunResult(
  run: Run,
  { storage, graphs }: { storage: Storage; graphs: Graphs },
): Promise<string> {
  if (run.status === "error") return toWireJson({ __error__: run.error });
  if (run.status !== "success") return "null";
  const { config } = run.kwargs as RunKwargs;
  return readResult(await graphs.get(run.graph_id, config), storage, run);
}

/** Reads the values that a run's last checkpoint has, with the interrupts at which it stopped. */
export async function readResult(
  graph: AnyGraph,
  { checkpointer }: Storage,
  { run_id, thread_id }: Pick<Run, "run_id" | "thread_id">,
): Promise<string> {
  const place = { thread_id, checkpoint_ns: "", __pregel_checkpointer: checkpointer };
  const own = await first(checkpointer.list({ configurable: place }, { filter: { run_id }, limit: 1 }));
  const latest = await checkpointer.getTuple({ configurable: place });
  const checkpoint_id = own?.checkpoint.id === latest?.checkpoint.id ? undefined : own?.checkpoint.id;
  const configurable = { ...place, ...(checkpoint_id && { checkpoint_id }) };
  const { values, next, tasks } = await readApplicable(graph, configurable, (config) => graph.getState(config));
  if (next.length === 0) return toWireJson(values);
  return toWireJson({ ...(values as object), [INTERRUPT]: tasks.flatMap(({ interrupts }) => interrupts ?? []) });
}

async function first<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}
