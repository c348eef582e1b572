import type { Knowledge } from "../retrieval/knowledge.ts";
import type { Storage } from "../storage/storage.ts";
import type { Authorize } from "./authorize.ts";
import type { NetworkRules } from "./guard-network.ts";
import type { Graphs } from "./load-graphs.ts";
import type { Worker } from "./runs/start-worker.ts";
import type { Readers } from "./runs/track-readers.ts";

/** What the routes of one server share. */
export interface ServerContext {
  storage: Storage;
  graphs: Graphs;
  worker: Worker;
  readers: Readers;
  rules: NetworkRules;
  /** Asked by every route before it touches a resource. */
  authorize: Authorize;
  /** Opens on first use; `undefined` when the server keeps none. */
  knowledge?: () => Promise<Knowledge>;
  /** Aborted when the server closes, so that streams end. */
  closing: AbortSignal;
}
