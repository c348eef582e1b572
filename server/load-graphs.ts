import type { Pregel } from "@langchain/langgraph";
import type { BaseCheckpointSaver, BaseStore } from "@langchain/langgraph-checkpoint";
import { TroupeError } from "../errors.ts";
import { type ExportPlace, importExport, splitPath } from "./import-export.ts";
import type { GraphPath } from "./read-langgraph-config.ts";
import { trackNodes } from "./runs/track-nodes.ts";

/** A compiled graph of any state. */
// oxlint-disable-next-line typescript/no-explicit-any -- the server knows no graph's types
export type AnyGraph = Pregel<any, any>;

/** What a graph is made for, in the words of the official server. */
export interface GraphRuntime {
  accessContext: "threads.create_run" | "threads.read" | "threads.update" | "assistants.read";
  /** With the run's own `context`; null when the graph is not run but looked at. */
  executionRuntime: { context: unknown } | null;
}

/** Makes a graph for a run or a look at it, whose `config` it is given. */
export type GraphFactory = (config: Record<string, unknown>, runtime: GraphRuntime) => unknown;

/** A graph by its `langgraph.json` path, or the thing itself: compiled, a builder, or a function that makes one. */
export type GraphSource = GraphPath | { graph: unknown; description?: string };

/** The graphs that a server hosts, each with the server's checkpointer in place of its own. */
export interface Graphs {
  readonly ids: readonly string[];
  describe(graph_id: string): string | undefined;
  /** The file and the export it comes from; `undefined` for one that was given as a value. Throws `graph_not_found`. */
  locate(graph_id: string): ExportPlace | undefined;
  /** The graph where it is the same for every run; `undefined` where a function makes it for each. Throws `graph_not_found`. */
  peek(graph_id: string): AnyGraph | undefined;
  /** Throws `graph_not_found`, or whatever a graph's factory throws. */
  get(graph_id: string, config?: Record<string, unknown>, runtime?: GraphRuntime): Promise<AnyGraph>;
}

/** Where every graph keeps its state, and what it keeps between threads. */
interface Kept {
  checkpointer: BaseCheckpointSaver;
  store: BaseStore;
}

/**
 * Loads every graph once. Throws `graph_load_failed`, naming the file and the export.
 */
export async function loadGraphs(
  sources: Record<string, GraphSource>,
  { folder, ...kept }: { folder: string } & Kept,
): Promise<Graphs> {
  const graphs = new Map<string, { source: GraphSource; graph?: AnyGraph; factory: GraphFactory }>();
  for (const [id, source] of Object.entries(sources)) {
    const loaded = "path" in source ? await importGraph(id, source.path, folder) : await source.graph;
    if (typeof loaded === "function") graphs.set(id, { source, factory: loaded as GraphFactory });
    else graphs.set(id, { source, graph: compile(id, loaded, kept), factory: () => loaded });
  }
  const find = (graph_id: string) => {
    const found = graphs.get(graph_id);
    if (found) return found;
    throw new TroupeError("graph_not_found", `The graph "${graph_id}" is not served here.`, {
      hint: `Name one of langgraph.json: ${[...graphs.keys()].map((id) => `"${id}"`).join(", ") || "it has none"}.`,
    });
  };
  return {
    ids: [...graphs.keys()],
    describe: (graph_id) => find(graph_id).source.description,
    peek: (graph_id) => find(graph_id).graph,
    locate(graph_id) {
      const { source } = find(graph_id);
      return "path" in source ? splitPath(source.path, folder) : undefined;
    },
    async get(graph_id, config = {}, runtime = { accessContext: "assistants.read", executionRuntime: null }) {
      const { graph, factory } = find(graph_id);
      return graph ?? compile(graph_id, await factory(config, runtime), kept);
    },
  };
}

const importGraph = (id: string, path: string, folder: string) =>
  importExport(path, folder, { what: `The graph "${id}"`, code: "graph_load_failed" });

/** Answers a copy: the user's own object keeps its checkpointer. */
function compile(id: string, loaded: unknown, { checkpointer, store }: Kept): AnyGraph {
  const value = loaded as { graph?: unknown; compile?: () => unknown } | null | undefined;
  // `createAgent` of LangChain keeps the compiled graph in `.graph`.
  const inner = isCompiled(value?.graph) ? value.graph : value;
  const compiled = isCompiled(inner) ? inner : value?.compile?.();
  if (!isCompiled(compiled)) {
    const hint = "Export a compiled StateGraph, a StateGraph, or a function that returns one.";
    const kind = loaded == null ? String(loaded) : typeof loaded === "object" ? "an object" : `a ${typeof loaded}`;
    throw failure(id, `its export is no graph but ${kind}`, hint);
  }
  trackNodes(compiled);
  const copy = compiled.withConfig({});
  copy.checkpointer = checkpointer;
  copy.store = store;
  return copy;
}

const isCompiled = (value: unknown): value is AnyGraph =>
  typeof value === "object" && value !== null && "getStateHistory" in value && "stream" in value;

const failure = (id: string, reason: string, hint: string, cause?: unknown) =>
  new TroupeError("graph_load_failed", `The graph "${id}" cannot be loaded: ${reason}.`, { hint, cause });
