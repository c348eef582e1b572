import { TroupeError } from "../errors.ts";
import type { AnyGraph } from "./load-graphs.ts";
import type { RunBody } from "./runs/run-body.ts";

/**
 * Refuses what LangGraph would drop in silence, ending the run with nothing done: a command to a node or with a
 * channel that the graph has not, an input with no key of its input. Throws `invalid_request`.
 */
export function checkAgainstGraph({ input, command }: RunBody, graph: AnyGraph, graph_id: string): void {
  const known = keysOf(graph);
  if (!known) return;
  const { channels, inputs } = known;
  const given = isPlainObject(input) ? Object.keys(input) : [];
  if (!command && given.length > 0 && !given.some((key) => inputs.has(key))) {
    throw refusal(`The input has the key "${given[0]}", which the input of "${graph_id}" has not.`, inputs);
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

/** The keys of a StateGraph's state and of its input; `undefined` where the input is not an object of channels. */
function keysOf(graph: AnyGraph): { channels: Set<string>; inputs: Set<string> } | undefined {
  const { builder } = graph as { builder?: { channels?: object; _inputDefinition?: object } };
  if (!builder?.channels || "__root__" in builder.channels) return undefined;
  // The channels hold the private states of nodes too, which LangGraph takes from no input.
  const inputs = builder._inputDefinition ?? builder.channels;
  return { channels: new Set(Object.keys(builder.channels)), inputs: new Set(Object.keys(inputs)) };
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refusal = (message: string, known: Iterable<string>) => {
  const names = [...known].filter((name) => !name.startsWith("__")).map((name) => `"${name}"`);
  return new TroupeError("invalid_request", message, { hint: `Use one of those that it has: ${names.join(", ")}.` });
};
