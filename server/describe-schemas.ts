import { StateSchema } from "@langchain/langgraph";
import type { GraphSchema } from "@langchain/langgraph-sdk";
import {
  getConfigTypeSchema,
  getInputTypeSchema,
  getOutputTypeSchema,
  getUpdateTypeSchema,
} from "@langchain/langgraph/zod/schema";
import type { AnyGraph } from "./load-graphs.ts";

type Schema = NonNullable<GraphSchema["state_schema"]>;

interface Builder {
  channels?: Record<string, unknown>;
  _schemaRuntimeDefinition?: unknown;
  _inputRuntimeDefinition?: unknown;
  _outputRuntimeDefinition?: unknown;
}

/**
 * The JSON schemas of a graph at run time. A StateSchema and a zod object tell everything; of a state that is only an
 * Annotation, whose types are gone at run time, the names of the channels are known, and which of them holds messages.
 */
export function describeSchemas(graph: AnyGraph, graph_id: string): GraphSchema {
  const { builder = {} } = graph as { builder?: Builder };
  const state = builder._schemaRuntimeDefinition;
  const config = getConfigTypeSchema(graph) ?? null;
  const channels = builder.channels ? describeChannels(builder.channels) : null;
  return {
    graph_id,
    state_schema: whole(state) ?? getUpdateTypeSchema(graph) ?? channels,
    input_schema: update(builder._inputRuntimeDefinition) ?? getInputTypeSchema(graph) ?? update(state) ?? channels,
    output_schema: whole(builder._outputRuntimeDefinition) ?? getOutputTypeSchema(graph) ?? whole(state) ?? channels,
    config_schema: config,
    context_schema: config,
  };
}

const whole = (definition: unknown) =>
  StateSchema.isInstance(definition) ? (definition.getJsonSchema() as Schema) : undefined;

const update = (definition: unknown) =>
  StateSchema.isInstance(definition) ? (definition.getInputJsonSchema() as Schema) : undefined;

function describeChannels(channels: Record<string, unknown>): Schema {
  const names = Object.keys(channels).filter((name) => !name.startsWith("__") && !/^(branch|join):/.test(name));
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, describeChannel(channels[name])])),
  };
}

/** LangGraph's reducer of messages is known by name: the user's copy of LangGraph may not be ours. */
function describeChannel(channel: unknown): Schema {
  const { operator } = channel as { operator?: { name?: string } };
  if (operator?.name !== "messagesStateReducer") return {};
  return { type: "array", items: { type: "object" }, langgraph_type: "messages" } as Schema;
}
