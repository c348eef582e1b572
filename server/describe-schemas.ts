import { StateSchema } from "@langchain/langgraph";
import type { GraphSchema } from "@langchain/langgraph-sdk";
import {
  getConfigTypeSchema,
  getInputTypeSchema,
  getOutputTypeSchema,
  getUpdateTypeSchema,
} from "@langchain/langgraph/zod/schema";
import type { GraphTypes, Schema } from "./extract-types.ts";
import type { AnyGraph } from "./load-graphs.ts";

interface Builder {
  channels?: Record<string, unknown>;
  _schemaRuntimeDefinition?: unknown;
  _inputRuntimeDefinition?: unknown;
  _outputRuntimeDefinition?: unknown;
}

/**
 * The JSON schemas of a graph. A StateSchema and a zod object tell everything at run time. Of a state that is only an
 * Annotation the types are gone by then: they come from `readTypes`, or else the names of the channels are known, and
 * which of them holds messages.
 */
export async function describeSchemas(
  graph: AnyGraph,
  readTypes?: () => Promise<GraphTypes | undefined>,
): Promise<Omit<GraphSchema, "graph_id">> {
  const { builder = {} } = graph as { builder?: Builder };
  const state = builder._schemaRuntimeDefinition;
  const known = whole(state) ?? getUpdateTypeSchema(graph);
  const channels = builder.channels ? describeChannels(builder.channels) : null;
  const types = known ? undefined : fitting(await readTypes?.(), channels);
  const context = getConfigTypeSchema(graph) ?? types?.context ?? null;
  return {
    state_schema: known ?? types?.state ?? channels,
    input_schema:
      update(builder._inputRuntimeDefinition) ?? getInputTypeSchema(graph) ?? update(state) ?? types?.input ?? channels,
    output_schema:
      whole(builder._outputRuntimeDefinition) ??
      getOutputTypeSchema(graph) ??
      whole(state) ??
      types?.output ??
      channels,
    config_schema: context,
    context_schema: context,
  };
}

/** Types tell of the graph that runs only where they know its channels and no others. */
function fitting(types: GraphTypes | undefined, channels: Schema | null): GraphTypes | undefined {
  const names = (schema: Schema | null | undefined) =>
    Object.keys(schema?.properties ?? {})
      .toSorted()
      .join();
  return types?.state && names(types.state) === names(channels) ? types : undefined;
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
