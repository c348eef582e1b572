import { Command, Send } from "@langchain/langgraph";
import { z } from "zod";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { ThreadRow } from "../storage/storage.ts";
import { CheckpointBody, CommandBody, Id } from "./check-request.ts";
import type { ServerContext } from "./context.ts";
import type { AnyGraph } from "./load-graphs.ts";
import { type CheckpointQuery, graphOfThread, readApplicable, toConfigurable } from "./read-thread-state.ts";
import { toWireError } from "./wire-json.ts";

const Values = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullish();

/** A change of a thread's state by hand. With `as_node: "__copy__"` the values are pairs of values and node. */
export const StateUpdateBody = z.looseObject({
  values: Values,
  as_node: z.string().nullish(),
  checkpoint: CheckpointBody.nullish(),
  checkpoint_id: Id.nullish(),
});

/** Steps that a new thread is made with, as if its graph had taken them. */
export const SuperstepsBody = z.array(
  z.looseObject({
    updates: z
      .array(z.looseObject({ values: z.unknown().optional(), command: CommandBody.nullish(), as_node: z.string() }))
      .min(1),
  }),
);

type Supersteps = { updates: { values?: unknown; asNode?: string }[] }[];

/** Changes a thread's state as a node of its graph would. Throws `state_busy` while a run changes it, and `invalid_request`. */
export function updateThreadState(context: ServerContext, thread: ThreadRow, body: z.output<typeof StateUpdateBody>) {
  const checkpoint = { ...(body.checkpoint_id && { checkpoint_id: body.checkpoint_id }), ...body.checkpoint };
  const update = { values: body.values, asNode: body.as_node ?? undefined };
  return applySupersteps(context, thread, [{ updates: [update] }], checkpoint);
}

/** Gives a new thread the state that these steps lead to. Throws `invalid_request`. */
export function seedThread(context: ServerContext, thread: ThreadRow, supersteps: z.output<typeof SuperstepsBody>) {
  const steps = supersteps.map(({ updates }) => ({
    updates: updates.map(({ values, command, as_node }) => ({
      values: command ? toCommand(command) : values,
      asNode: as_node,
    })),
  }));
  return applySupersteps(context, thread, steps, {});
}

async function applySupersteps(
  context: ServerContext,
  thread: ThreadRow,
  supersteps: Supersteps,
  checkpoint: CheckpointQuery,
): Promise<Record<string, unknown>> {
  const { thread_id } = thread;
  const graph = await graphOfThread(context, thread);
  if (!graph) {
    throw new TroupeError("invalid_request", `No graph has run on the thread "${thread_id}", so it has no state.`, {
      hint: "Create the thread with metadata.graph_id, or start a run on it first.",
    });
  }
  if (thread.status === "busy") {
    throw new TroupeError("state_busy", `A run is changing the state of the thread "${thread_id}".`, {
      hint: "Wait until it has ended, or cancel it.",
    });
  }
  for (const { asNode } of supersteps.flatMap(({ updates }) => updates)) checkNode(graph, asNode);
  const configurable = toConfigurable(thread_id, checkpoint);
  try {
    const config = await graph.bulkUpdateState({ configurable }, supersteps);
    const { next } = await readApplicable(graph, toConfigurable(thread_id, {}), (latest) => graph.getState(latest));
    await context.storage.threads.stateUpdated(thread_id, next.length > 0 ? "interrupted" : "idle");
    return { ...config.configurable };
  } catch (error) {
    if (isTroupeError(error)) throw error;
    // The rest is from the graph: its schema, or a reducer that cannot take the values.
    throw new TroupeError("invalid_request", `The state cannot be updated: ${toWireError(error).message}`, {
      hint: "Say with as_node which node the values come from, and give values that fit the state's schema.",
      cause: error,
    });
  }
}

/** LangGraph's own names, such as `__copy__`, are for LangGraph to check. */
function checkNode(graph: AnyGraph, asNode: string | undefined): void {
  if (!asNode || asNode.startsWith("__") || Object.hasOwn(graph.nodes, asNode)) return;
  const names = Object.keys(graph.nodes).filter((name) => !name.startsWith("__"));
  throw new TroupeError("invalid_request", `The graph has no node "${asNode}".`, {
    hint: `Name one of its nodes: ${names.map((name) => `"${name}"`).join(", ")}.`,
  });
}

const toCommand = ({ goto, update, resume }: z.output<typeof CommandBody>) =>
  new Command({
    goto: [goto ?? []]
      .flat()
      .map((target) => (typeof target === "string" ? target : new Send(target.node, target.input))),
    update: update ?? undefined,
    resume,
  });
