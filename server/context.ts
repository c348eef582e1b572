import type { Knowledge } from "../retrieval/knowledge.ts";
import type { Storage } from "../storage/storage.ts";
import type { Authorize } from "./authorize.ts";
import type { NetworkRules } from "./guard-network.ts";
import type { Graphs } from "./load-graphs.ts";
import type { Metrics } from "./metrics.ts";
import type { OpenStreams } from "./runs/count-streams.ts";
import type { Worker } from "./runs/start-worker.ts";
import type { Readers } from "./runs/track-readers.ts";

/** What the routes of one server share. */
export interface ServerContext {
  storage: Storage;
  graphs: Graphs;
  worker: Worker;
  readers: Readers;
  streams: OpenStreams;
  limits: Limits;
  metrics: Metrics;
  rules: NetworkRules;
  /** Throws `webhook_refused` for one that could not be delivered. */
  checkWebhook: (webhook: string) => void;
  /** Asked by every route before it touches a resource. */
  authorize: Authorize;
  /** Opens on first use; `undefined` when the server keeps none. */
  knowledge?: () => Promise<Knowledge>;
  /** Aborted when the server closes, so that streams end. */
  closing: AbortSignal;
}

/** How much a server takes on before it asks its clients to come back later. */
export interface Limits {
  /** Runs that are not executed yet. */
  maxPendingRuns: number;
}
