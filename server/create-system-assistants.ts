import { parse, v5 } from "@langchain/core/utils/uuid";
import type { AssistantStorage } from "../storage/storage.ts";
import type { Graphs } from "./load-graphs.ts";

/** The namespace that the official server makes its assistants' ids in: RFC 4122's for X.500 names. */
const namespace = parse("6ba7b821-9dad-11d1-80b4-00c04fd430c8");

/** The id of a graph's own assistant, the same on every server. */
export const systemAssistantId = (graph_id: string): string => v5(graph_id, namespace);

/** Gives each graph the assistant that answers to its name, unless it is there from an earlier start. */
export async function createSystemAssistants(assistants: AssistantStorage, graphs: Graphs): Promise<void> {
  for (const graph_id of graphs.ids) {
    const assistant = {
      assistant_id: systemAssistantId(graph_id),
      graph_id,
      name: graph_id,
      description: graphs.describe(graph_id),
      config: {},
      context: {},
      metadata: { created_by: "system" },
    };
    await assistants.create(assistant, { if_exists: "do_nothing" });
  }
}
