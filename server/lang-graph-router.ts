import { join, resolve } from "node:path";
import express, { type RequestHandler, Router } from "express";
import type { z } from "zod";
import { readConfig } from "../config.ts";
import type { Knowledge } from "../retrieval/knowledge.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import { loadAuth } from "./auth/load-auth.ts";
import { allowAll } from "./authorize.ts";
import { bindGlobals } from "./bind-globals.ts";
import { toDefaultTtl } from "./checkpointer-config.ts";
import type { ServerContext } from "./context.ts";
import { createSystemAssistants } from "./create-system-assistants.ts";
import { fireCrons } from "./crons/fire-crons.ts";
import { guardNetwork, isForThisMachine } from "./guard-network.ts";
import { handleError, refuseUnknownRoute } from "./handle-error.ts";
import type { HttpConfig } from "./http-config.ts";
import { loadGraphs } from "./load-graphs.ts";
import { createMetrics, override } from "./metrics.ts";
import { mountApp } from "./mount-app.ts";
import { listRoutes } from "./openapi/list-routes.ts";
import { type LangGraphRouterOptions, readSettings } from "./read-settings.ts";
import { assistantGraphRoutes } from "./routes/assistant-graph.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { cronRoutes } from "./routes/crons.ts";
import { knowledgeRoutes } from "./routes/knowledge.ts";
import { runRoutes } from "./routes/runs.ts";
import { storeRoutes } from "./routes/store.ts";
import { systemRoutes } from "./routes/system.ts";
import { threadRunRoutes } from "./routes/thread-runs.ts";
import { threadSearchRoutes } from "./routes/thread-search.ts";
import { threadSpanRoutes } from "./routes/thread-spans.ts";
import { threadStateRoutes } from "./routes/thread-state.ts";
import { threadStreamRoutes } from "./routes/thread-stream.ts";
import { threadRoutes } from "./routes/threads.ts";
import { countStreams } from "./runs/count-streams.ts";
import { startWorker } from "./runs/start-worker.ts";
import { trackReaders } from "./runs/track-readers.ts";
import { readStoreSettings } from "./store-config.ts";
import { sweepNowAndThen } from "./sweep-now-and-then.ts";
import { checkWebhook } from "./webhooks/check-webhook.ts";
import { deliverWebhooks } from "./webhooks/deliver-webhooks.ts";
import { createWebhookPost } from "./webhooks/post-webhook.ts";

/** An Express router that serves the LangGraph API, with what a server needs to know of it. */
export interface LangGraphRouter {
  router: Router;
  graphs: readonly string[];
  /** Reaches it within this process, over no network, as one who may: for the `callerOptions.fetch` of a `Client`. */
  fetch: typeof fetch;
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
  const { folder, graphs: sources, rules, checkpointer, store, auth: authConfig, http } = readSettings(options);
  if (options.data) process.env.TROUPE_DATA = resolve(options.data);
  const { TROUPE_DATA: data, TROUPE_MAX_PENDING_RUNS, TROUPE_MAX_STREAMS, ...environment } = readConfig();
  const webhookRules = {
    allowedHosts: environment.TROUPE_WEBHOOK_ALLOWED_HOSTS,
    allowsLoopback: isForThisMachine(rules),
  };
  const maxBodyBytes = options.maxBodyBytes ?? 20_000_000;
  const log = options.log ?? ((message, error) => console.error(message, error));

  await using opened = new AsyncDisposableStack();
  const ttl = toDefaultTtl(checkpointer);
  const storage =
    options.storage ??
    (await openSqliteStorage({
      path: join(data, "server.sqlite"),
      ttl,
      store: await readStoreSettings(store, folder),
    }));
  if (!options.storage) opened.defer(() => storage.close());
  const ready = Promise.withResolvers<express.Express>();
  ready.promise.catch(() => {});
  opened.defer(() => ready.reject(new Error("The server is closed.")));
  const { fetch } = opened.use(bindGlobals(ready.promise, rules.apiKey));
  const auth = authConfig?.path === undefined ? undefined : await loadAuth(authConfig.path, folder);
  const app = http.app === undefined ? undefined : await mountApp(http.app, folder, maxBodyBytes);
  const graphs = await loadGraphs(sources, { folder, checkpointer: storage.checkpointer, store: storage.store });
  await createSystemAssistants(storage.assistants, graphs);
  await storage.threads.deleteTemporary();
  const knowledge = options.knowledge === false ? undefined : openOnce(data, opened);
  const readers = trackReaders((thread_id) =>
    storage.threads
      .delete(thread_id)
      .catch((error: unknown) => log(`The temporary thread "${thread_id}" is not deleted.`, error)),
  );
  opened.defer(() => readers.close());
  const metrics = createMetrics();
  const worker = await startWorker({
    storage: override(storage, { runs: metrics.observe(storage.runs) }),
    graphs,
    concurrency: options.concurrency ?? 64,
    leaseMs: options.leaseMs ?? 10_000,
    isWatched: (run_id) => readers.isWatched(run_id),
    isTraced: options.trace ?? environment.TROUPE_TRACE,
    onEnd: (run, isOwn) => readers.ended(run, isOwn),
    log,
  });
  opened.defer(
    sweepNowAndThen({
      sweep: () => storage.threads.sweep(),
      everyMinutes: checkpointer.ttl.sweep_interval_minutes,
      onFailure: (error) => log("Threads whose time is over are not swept.", error),
    }),
  );
  opened.defer(
    sweepNowAndThen({
      sweep: () => storage.store.sweep(),
      everyMinutes: store.ttl.sweep_interval_minutes,
      onFailure: (error) => log("Items that have outlived their time are not swept.", error),
    }),
  );
  const post = createWebhookPost({ ...webhookRules, secret: environment.TROUPE_WEBHOOK_SECRET });
  opened.defer(deliverWebhooks({ webhooks: storage.webhooks, post, log }));
  const closing = new AbortController();
  const context = {
    storage,
    graphs,
    worker,
    readers,
    metrics,
    streams: countStreams(TROUPE_MAX_STREAMS),
    limits: { maxPendingRuns: TROUPE_MAX_PENDING_RUNS },
    rules,
    checkWebhook: (webhook: string) => checkWebhook(webhook, webhookRules),
    authorize: auth?.authorize ?? allowAll,
    knowledge,
    closing: closing.signal,
  };

  opened.defer(fireCrons(context, log));
  const router = assemble(context, { http, before: [auth?.authenticate, app], maxBodyBytes, log });
  ready.resolve(express().use(router));
  const resources = opened.move();
  let closed: Promise<void> | undefined;
  return {
    router,
    graphs: graphs.ids,
    fetch,
    knowledge,
    close({ deadlineMs = 5_000 } = {}) {
      closing.abort();
      closed ??= worker.close(deadlineMs).then(() => resources.disposeAsync());
      return closed;
    },
  };
}

interface Assembly {
  http: z.output<typeof HttpConfig>;
  /** Asked before every route, in this order. */
  before: (RequestHandler | undefined)[];
  maxBodyBytes: number;
  log: (message: string, error: unknown) => void;
}

function assemble(context: ServerContext, { http, before, maxBodyBytes, log }: Assembly): Router {
  const router = Router();
  router.use(guardNetwork(context.rules));
  for (const handler of before) if (handler) router.use(handler);
  if (!http.disable_meta) router.use(systemRoutes(context, () => listRoutes(router)));
  // Whatever the content type says, as the official server has it; with an Origin it has been refused already.
  router.use(express.json({ limit: maxBodyBytes, strict: false, type: () => true }));
  if (!http.disable_runs) {
    router.use(runRoutes(context), threadRunRoutes(context), threadStreamRoutes(context), cronRoutes(context));
  }
  if (!http.disable_threads) {
    router.use(
      threadRoutes(context),
      threadSearchRoutes(context),
      threadStateRoutes(context),
      threadSpanRoutes(context),
    );
  }
  if (!http.disable_assistants) router.use(assistantRoutes(context), assistantGraphRoutes(context));
  if (!http.disable_store) router.use(storeRoutes(context));
  const { knowledge } = context;
  if (knowledge) router.use(knowledgeRoutes({ ...context, knowledge }));
  router.use(refuseUnknownRoute, handleError(log));
  return router;
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
