import { resolve } from "node:path";
import { InMemoryStore, MemorySaver } from "@langchain/langgraph-checkpoint";
import { isTroupeError } from "../../errors.ts";
import { loadGraphs } from "../../server/load-graphs.ts";
import { readLangGraphConfig } from "../../server/read-langgraph-config.ts";
import type { Finding } from "./finding.ts";

/** Whether `langgraph.json` is right and every graph that it names can be loaded. */
export async function checkGraphs(): Promise<Finding[]> {
  const name = "graphs";
  try {
    const { folder, graphs } = readLangGraphConfig(resolve("langgraph.json"));
    const { ids } = await loadGraphs(graphs, { folder, checkpointer: new MemorySaver(), store: new InMemoryStore() });
    return [{ name, status: "ok", message: `${ids.join(", ")} of langgraph.json` }];
  } catch (error) {
    if (!isTroupeError(error)) throw error;
    return [{ name, status: "fail", message: error.message, fix: error.hint }];
  }
}
