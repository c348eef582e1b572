import type { Assistant } from "@langchain/langgraph-sdk";
import { isTroupeError, TroupeError } from "../errors.ts";
import { Id } from "./check-request.ts";
import type { ServerContext } from "./context.ts";
import { systemAssistantId } from "./create-system-assistants.ts";

/** Finds an assistant by its id, or by the id of the graph that it is the own assistant of. Throws `assistant_not_found`. */
export async function findAssistant({ storage, graphs }: ServerContext, assistant_id: string): Promise<Assistant> {
  const isGraph = graphs.ids.includes(assistant_id);
  try {
    if (isGraph) return await storage.assistants.get(systemAssistantId(assistant_id));
    if (Id.safeParse(assistant_id).success) return await storage.assistants.get(assistant_id);
  } catch (error) {
    if (!isTroupeError(error) || error.code !== "assistant_not_found") throw error;
  }
  const names = graphs.ids.map((id) => `"${id}"`).join(", ");
  throw new TroupeError("assistant_not_found", `No assistant is found for "${assistant_id}".`, {
    hint: names ? `Name a graph (${names}) or the id of an assistant.` : "Name a graph in langgraph.json first.",
  });
}
