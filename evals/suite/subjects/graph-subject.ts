import { existsSync } from "node:fs";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Command, InMemoryStore, MemorySaver } from "@langchain/langgraph";
import { readConfig } from "../../../config.ts";
import { TroupeError } from "../../../errors.ts";
import { type AnyGraph, type GraphSource, loadGraphs } from "../../../server/load-graphs.ts";
import { readLangGraphConfig } from "../../../server/read-langgraph-config.ts";
import { isModelSetting } from "../../run/go-offline.ts";
import { chooseResume } from "./choose-resume.ts";
import type { Attempt, Subject } from "./subject.ts";
import { toGraphInput } from "./to-graph-input.ts";

/**
 * A graph in this process, by its id in the `langgraph.json` of the working directory or as it is. Each trial has a
 * thread, a checkpointer and a store of its own. Throws `suite_invalid` or `graph_load_failed`.
 */
export async function graphSubject(graph: unknown): Promise<Subject> {
  const { id, source, folder } = typeof graph === "string" ? findGraph(graph) : given(graph);
  const memory = { checkpointer: new MemorySaver(), store: new InMemoryStore() };
  const graphs = await loadGraphs({ [id]: source }, { folder, ...memory });
  return {
    description: `graph ${id}`,
    threads: true,
    local: true,
    async begin(configurable, one) {
      // A function may make another graph for each run; one that is served knows of no cases.
      const own: AnyGraph = (await graphs.get(id, { ...("graph" in source && one), configurable })).withConfig({});
      own.checkpointer = new MemorySaver();
      own.store = new InMemoryStore();
      return attempt(own, { configurable });
    },
  };
}

function attempt(graph: AnyGraph, thread: RunnableConfig): Attempt {
  let result: unknown;
  const readTasks = async () => (await graph.getState(thread)).tasks.flatMap(({ interrupts }) => interrupts);
  return {
    async take(turn, config) {
      const input =
        "input" in turn
          ? toGraphInput(turn.input)
          : new Command({ resume: chooseResume(await readTasks(), turn.resume) });
      result = await graph.invoke(input, config);
      return (await readTasks()).map(({ value }) => value as unknown);
    },
    async read() {
      const values = (await graph.getState(thread)).values as unknown;
      // A graph of the functional API has what it returned, and no channels to read.
      return values && Object.keys(values).length > 0 ? values : result;
    },
  };
}

const given = (graph: unknown): { id: string; source: GraphSource; folder: string } => ({
  id: (graph as { getName?: () => string } | null)?.getName?.() ?? "graph",
  source: { graph },
  folder: process.cwd(),
});

function findGraph(id: string): { id: string; source: GraphSource; folder: string } {
  if (!existsSync("langgraph.json")) {
    throw new TroupeError(
      "suite_invalid",
      `The graph "${id}" cannot be found: "${process.cwd()}" has no langgraph.json.`,
      {
        hint: "Run the suite in the folder of your langgraph.json, or give the graph itself: { graph: myGraph }.",
      },
    );
  }
  const { graphs, env, folder } = readLangGraphConfig("langgraph.json");
  const source = graphs[id];
  if (!source) {
    throw new TroupeError("suite_invalid", `The graph "${id}" is not in langgraph.json.`, {
      hint: `It names ${Object.keys(graphs)
        .map((name) => `"${name}"`)
        .join(", ")}.`,
    });
  }
  // Where calls to models are forbidden, their settings were taken away on purpose.
  const offline = readConfig().TROUPE_FORBID_MODEL_CALLS;
  for (const [name, value] of Object.entries(env)) {
    if (!offline || !isModelSetting(name)) process.env[name] ??= value;
  }
  return { id, source, folder };
}
