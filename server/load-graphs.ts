import { existsSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Pregel } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { GraphPath } from "./read-langgraph-config.ts";
import { trackNodes } from "./runs/track-nodes.ts";

/** A compiled graph of any state. */
// oxlint-disable-next-line typescript/no-explicit-any -- the server knows no graph's types
export type AnyGraph = Pregel<any, any>;

/** What a graph is made for: `config` as a run or a state request has it. */
export type GraphFactory = (config: Record<string, unknown>) => unknown;

/** A graph by its `langgraph.json` path, or the thing itself: compiled, a builder, or a function that makes one. */
export type GraphSource = GraphPath | { graph: unknown; description?: string };

/** The graphs that a server hosts, each with the server's checkpointer in place of its own. */
export interface Graphs {
  readonly ids: readonly string[];
  describe(graph_id: string): string | undefined;
  /** The graph where it is the same for every run; `undefined` where a function makes it for each. Throws `graph_not_found`. */
  peek(graph_id: string): AnyGraph | undefined;
  /** Throws `graph_not_found`, or whatever a graph's factory throws. */
  get(graph_id: string, config?: Record<string, unknown>): Promise<AnyGraph>;
}

/**
 * Loads every graph once. TypeScript goes through tsx, so that `.js` specifiers that mean `.ts`, enums and path
 * aliases work; the process keeps its hook. Throws `graph_load_failed`, naming the file and the export.
 */
export async function loadGraphs(
  sources: Record<string, GraphSource>,
  { folder, checkpointer }: { folder: string; checkpointer: BaseCheckpointSaver },
): Promise<Graphs> {
  const graphs = new Map<string, { source: GraphSource; graph?: AnyGraph; factory: GraphFactory }>();
  for (const [id, source] of Object.entries(sources)) {
    const loaded = "path" in source ? await importGraph(id, source.path, folder) : await source.graph;
    if (typeof loaded === "function") graphs.set(id, { source, factory: loaded as GraphFactory });
    else graphs.set(id, { source, graph: compile(id, loaded, checkpointer), factory: () => loaded });
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
    async get(graph_id, config = {}) {
      const { graph, factory } = find(graph_id);
      return graph ?? compile(graph_id, await factory(config), checkpointer);
    },
  };
}

async function importGraph(id: string, path: string, folder: string): Promise<unknown> {
  const { file, name } = splitPath(path, folder);
  if (!existsSync(file)) {
    throw failure(id, `the file "${file}" does not exist`, `Correct the path "${path}" in langgraph.json.`);
  }
  if (/^\.[cm]?tsx?$/.test(extname(file))) await hookTypeScript(folder);
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = isTroupeError(error) ? error.hint : `Run "npx tsx ${file}" to see where it fails.`;
    throw failure(id, `"${file}" cannot be imported: ${reason}`, hint, error);
  }
  const exports = commonJsExports(module) ?? module;
  if (exports[name] != null) return exports[name];
  const names = Object.keys(exports).map((key) => `"${key}"`);
  throw failure(
    id,
    `"${file}" has no export "${name}"`,
    `It exports ${names.join(", ") || "nothing"}: use "file:export".`,
  );
}

/** `file:export`; the colon of a Windows drive names no export. */
function splitPath(path: string, folder: string): { file: string; name: string } {
  const colon = path.lastIndexOf(":");
  if (colon < 2 || /[\\/]/.test(path.slice(colon))) return { file: resolve(folder, path), name: "default" };
  return { file: resolve(folder, path.slice(0, colon)), name: path.slice(colon + 1) };
}

/** A TypeScript file in a package without `"type": "module"` arrives as one default export that holds the others. */
function commonJsExports(module: Record<string, unknown>): Record<string, unknown> | undefined {
  const inner = module.default as Record<string, unknown> | undefined;
  return typeof inner === "object" && inner?.__esModule ? inner : undefined;
}

let hooked: Promise<void> | undefined;

/** A project without `"type": "module"` requires its files, which is a hook of its own. */
function hookTypeScript(folder: string): Promise<void> {
  hooked ??= Promise.all([import("tsx/esm/api"), import("tsx/cjs/api")]).then(([esm, cjs]) => {
    const tsconfig = join(folder, "tsconfig.json");
    if (existsSync(tsconfig)) process.env.TSX_TSCONFIG_PATH ??= tsconfig;
    cjs.register();
    esm.register();
  });
  return hooked;
}

/** Answers a copy: the user's own object keeps its checkpointer. */
function compile(id: string, loaded: unknown, checkpointer: BaseCheckpointSaver): AnyGraph {
  const value = loaded as { graph?: unknown; compile?: () => unknown } | null | undefined;
  // `createAgent` of LangChain keeps the compiled graph in `.graph`.
  const inner = isCompiled(value?.graph) ? value.graph : value;
  const compiled = isCompiled(inner) ? inner : value?.compile?.();
  if (!isCompiled(compiled)) {
    const hint = "Export a compiled StateGraph, a StateGraph, or a function that returns one.";
    throw failure(id, `its export is no graph but ${loaded === null ? "null" : `a ${typeof loaded}`}`, hint);
  }
  const copy = trackNodes(compiled.withConfig({}));
  copy.checkpointer = checkpointer;
  return copy;
}

const isCompiled = (value: unknown): value is AnyGraph =>
  typeof value === "object" && value !== null && "getStateHistory" in value && "stream" in value;

const failure = (id: string, reason: string, hint: string, cause?: unknown) =>
  new TroupeError("graph_load_failed", `The graph "${id}" cannot be loaded: ${reason}.`, { hint, cause });
