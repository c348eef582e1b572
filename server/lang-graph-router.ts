import { join, resolve } from "node:path";
import express, { Router } from "express";
import { readConfig } from "../config.ts";
import type { Knowledge } from "../retrieval/knowledge.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import type { Storage } from "../storage/storage.ts";
import { allowAll } from "./authorize.ts";
import type { ServerContext } from "./context.ts";
import { createSystemAssistants } from "./create-system-assistants.ts";
import { guardNetwork, type NetworkRules } from "./guard-network.ts";
import { handleError, refuseUnknownRoute } from "./handle-error.ts";
import { type GraphSource, loadGraphs } from "./load-graphs.ts";
import { readLangGraphConfig } from "./read-langgraph-config.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { knowledgeRoutes } from "./routes/knowledge.ts";
import { runRoutes } from "./routes/runs.ts";
import { systemRoutes } from "./routes/system.ts";
import { threadStateRoutes } from "./routes/thread-state.ts";
import { threadRoutes } from "./routes/threads.ts";
import { startWorker } from "./runs/start-worker.ts";
import { trackReaders } from "./runs/track-readers.ts";

/** What the LangGraph API is served from, and for whom. All of it may be left out. */
export interface LangGraphRouterOptions {
  /** The path of a `langgraph.json`, `./langgraph.json` unless told, or its graphs by their ids. */
  config?: string | { graphs: Record<string, string | GraphSource>; env?: Record<string, string> };
  /** The folder for everything that is kept, `TROUPE_DATA` unless told. The graphs see it as `TROUPE_DATA` too. */
  data?: string;
  /** A storage of one's own in place of the SQLite file in `data`. Who opened it closes it. */
  storage?: Storage;
  /** `false` leaves out the knowledge base and its paths. */
  knowledge?: boolean;
  /** How many runs execute at a time; 64 unless told, since a run mostly waits for a model. */
  concurrency?: number;
  /** How long a run stays with a process that shows no sign of life; 10 s unless told. */
  leaseMs?: number;
  /** How large a request's body may be; 20 MB unless told. */
  maxBodyBytes?: number;
  /** Beside `TROUPE_API_KEY`, `TROUPE_ALLOWED_ORIGINS` and `TROUPE_ALLOWED_HOSTS`, which they replace. */
  apiKey?: string;
  allowedOrigins?: string[];
  allowedHosts?: string[];
  /** Serves beyond loopback without a key: for an app that asks its callers who they are by itself. */
  insecure?: boolean;
  /** Where errors go that a client sees only in short; the console unless told. */
  log?: (message: string, error: unknown) => void;
}

/** An Express router that serves the LangGraph API, with what a server needs to know of it. */
export interface LangGraphRouter {
  router: Router;
  graphs: readonly string[];
  /** The knowledge base, opened on the first call; `undefined` with `knowledge: false`. */
  knowledge?: () => Promise<Knowledge>;
  /** Ends the streams, lets running steps finish for at most `deadlineMs`, and closes what it opened. */
  close(options?: { deadlineMs?: number }): Promise<void>;
}

/**
 * Serves graphs over the LangGraph API under any path of an Express 5 app. Runs that an earlier process left behind go
 * on at once. Throws `config_invalid`, `graph_load_failed`, `storage_failed`.
 *
 * @example
 * const langGraph = await langGraphRouter({ config: "./langgraph.json" });
 * app.use("/agents", langGraph.router);
 */
export async function langGraphRouter(options: LangGraphRouterOptions = {}): Promise<LangGraphRouter> {
  const { folder, graphs: sources, rules } = readSettings(options);
  if (options.data) process.env.TROUPE_DATA = resolve(options.data);
  const data = readConfig().TROUPE_DATA;
  const log = options.log ?? ((message, error) => console.error(message, error));

  await using opened = new AsyncDisposableStack();
  const storage = options.storage ?? (await openSqliteStorage({ path: join(data, "server.sqlite") }));
  if (!options.storage) opened.defer(() => storage.close());
  const graphs = await loadGraphs(sources, { folder, checkpointer: storage.checkpointer });
  await createSystemAssistants(storage.assistants, graphs);
  await storage.threads.deleteTemporary();
  const knowledge = options.knowledge === false ? undefined : openOnce(data, opened);
  const readers = trackReaders((thread_id) =>
    storage.threads
      .delete(thread_id)
      .catch((error: unknown) => log(`The temporary thread "${thread_id}" is not deleted.`, error)),
  );
  opened.defer(() => readers.close());
  const worker = await startWorker({
    storage,
    graphs,
    concurrency: options.concurrency ?? 64,
    leaseMs: options.leaseMs ?? 10_000,
    isWatched: (run_id) => readers.isWatched(run_id),
    onEnd: (run) => readers.ended(run),
    log,
  });
  const closing = new AbortController();
  const context = { storage, graphs, worker, readers, rules, authorize: allowAll, knowledge, closing: closing.signal };

  const resources = opened.move();
  let closed: Promise<void> | undefined;
  return {
    router: assemble(context, options.maxBodyBytes ?? 20_000_000, log),
    graphs: graphs.ids,
    knowledge,
    close({ deadlineMs = 5_000 } = {}) {
      closing.abort();
      closed ??= worker.close(deadlineMs).then(() => resources.disposeAsync());
      return closed;
    },
  };
}

/**
 * What graphs there are and who may talk to them, by the options or else the environment, to which `langgraph.json` adds
 * what is not set. Throws `config_invalid`.
 */
export function readSettings(options: LangGraphRouterOptions) {
  const { folder, graphs, env } = readSources(options.config ?? "langgraph.json");
  for (const [name, value] of Object.entries(env)) process.env[name] ??= value;
  const environment = readConfig();
  const rules: NetworkRules = {
    apiKey: options.apiKey ?? environment.TROUPE_API_KEY,
    allowedOrigins: options.allowedOrigins ?? environment.TROUPE_ALLOWED_ORIGINS,
    allowedHosts: options.allowedHosts ?? environment.TROUPE_ALLOWED_HOSTS,
    insecure: options.insecure ?? false,
  };
  return { folder, graphs, rules };
}

function assemble(
  context: ServerContext,
  maxBodyBytes: number,
  log: (message: string, error: unknown) => void,
): Router {
  const router = Router();
  router.use(guardNetwork(context.rules));
  router.use(systemRoutes());
  // Whatever the content type says, as the official server has it; with an Origin it has been refused already.
  router.use(express.json({ limit: maxBodyBytes, strict: false, type: () => true }));
  router.use(runRoutes(context), threadRoutes(context), threadStateRoutes(context), assistantRoutes(context));
  const { knowledge } = context;
  if (knowledge) router.use(knowledgeRoutes({ ...context, knowledge }));
  router.use(refuseUnknownRoute, handleError(log));
  return router;
}

function readSources(config: NonNullable<LangGraphRouterOptions["config"]>) {
  if (typeof config === "string") return readLangGraphConfig(config);
  const graphs = Object.entries(config.graphs).map(([id, source]): [string, GraphSource] => [
    id,
    typeof source === "string" ? { path: source } : source,
  ]);
  return { folder: process.cwd(), graphs: Object.fromEntries(graphs), env: config.env ?? {} };
}

/** Opens the knowledge base when it is first asked for; a failed opening is tried again. */
function openOnce(dataFolder: string, opened: AsyncDisposableStack): () => Promise<Knowledge> {
  let knowledge: Promise<Knowledge> | undefined;
  opened.defer(async () => (await knowledge)?.close());
  return () => {
    knowledge ??= import("../retrieval/open-knowledge.ts").then(({ openKnowledge }) => openKnowledge({ dataFolder }));
    knowledge.catch(() => (knowledge = undefined));
    return knowledge;
  };
}
