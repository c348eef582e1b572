import type { Assistant } from "@langchain/langgraph-sdk";
import type { Request } from "express";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { MetadataFilters } from "../storage/storage.ts";
import { Id } from "./check-request.ts";
import type { ServerContext } from "./context.ts";
import { systemAssistantId } from "./create-system-assistants.ts";
import type { Graphs } from "./load-graphs.ts";

/** Finds an assistant by its id, or by the id of the graph that it is the own assistant of. Throws `assistant_not_found`. */
export async function findAssistant(
  { storage, graphs }: ServerContext,
  assistant_id: string,
  filters?: MetadataFilters,
): Promise<Assistant> {
  try {
    const known_id = toAssistantId(graphs, assistant_id);
    if (Id.safeParse(known_id).success) return await storage.assistants.get(known_id, filters);
  } catch (error) {
    if (!isTroupeError(error) || error.code !== "assistant_not_found") throw error;
  }
  const names = graphs.ids.map((id) => `"${id}"`).join(", ");
  throw new TroupeError("assistant_not_found", `No assistant is found for "${assistant_id}".`, {
    hint: names ? `Name a graph (${names}) or the id of an assistant.` : "Name a graph in langgraph.json first.",
  });
}

/**
 * Finds an assistant that a caller wants to run. One that people made may hold what is not for everybody, so its caller must
 * be allowed to read it. Throws `assistant_not_found`, `unauthorized`, `forbidden`.
 */
export async function findRunnable(context: ServerContext, request: Request, name: string): Promise<Assistant> {
  const assistant = await findAssistant(context, name);
  if (assistant.metadata?.created_by === "system") return assistant;
  const { assistant_id } = assistant;
  const { filters } = await context.authorize(request, "assistants:read", { assistant_id });
  return filters ? findAssistant(context, name, filters) : assistant;
}

/** The id of the assistant that a client names by its id or by that of its graph. */
export const toAssistantId = (graphs: Graphs, name: string): string =>
  graphs.ids.includes(name) ? systemAssistantId(name) : name;
