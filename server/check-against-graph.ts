import { TroupeError } from "../errors.ts";
import type { AnyGraph } from "./load-graphs.ts";
import type { RunBody } from "./runs/run-body.ts";

/**
 * Refuses what LangGraph would drop in silence, ending the run with nothing done: a command to a node or with a
 * channel that the graph has not, an input with no key of its state. Throws `invalid_request`.
 */
export function checkAgainstGraph({ input, command }: RunBody, graph: AnyGraph, graph_id: string): void {
  const channels = stateKeys(graph);
  if (!channels) return;
  const inputKeys = isPlainObject(input) ? Object.keys(input) : [];
  if (!command && inputKeys.length > 0 && !inputKeys.some((key) => channels.has(key))) {
    throw refusal(`The input has the key "${inputKeys[0]}", which the state of "${graph_id}" has not.`, channels);
  }
  if (!command) return;
  const targets = [command.goto ?? []].flat().map((target) => (typeof target === "string" ? target : target.node));
  for (const target of targets) {
    if (Object.hasOwn(graph.nodes, target) || target === "__end__") continue;
    throw refusal(`The command goes to "${target}", which is no node of "${graph_id}".`, Object.keys(graph.nodes));
  }
  const updates = Array.isArray(command.update)
    ? command.update.map(([key]) => key)
    : Object.keys(command.update ?? {});
  for (const key of updates) {
    if (channels.has(key)) continue;
    throw refusal(`The command updates "${key}", which the state of "${graph_id}" has not.`, channels);
  }
}

/** The keys of a StateGraph's state; `undefined` for a graph whose input is not an object of channels. */
function stateKeys(graph: AnyGraph): Set<string> | undefined {
  const { builder } = graph as { builder?: { channels?: object } };
  if (!builder?.channels || "__root__" in builder.channels) return undefined;
  return new Set(Object.keys(builder.channels));
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refusal = (message: string, known: Iterable<string>) => {
  const names = [...known].filter((name) => !name.startsWith("__")).map((name) => `"${name}"`);
  return new TroupeError("invalid_request", message, { hint: `Use one of those that it has: ${names.join(", ")}.` });
};
