import { readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import type { Storage } from "../storage/storage.ts";
import type { NetworkRules } from "./guard-network.ts";
import type { GraphSource } from "./load-graphs.ts";
import { checkConfig, readLangGraphConfig, Settings } from "./read-langgraph-config.ts";

/** What the LangGraph API is served from, and for whom. All of it may be left out. */
export interface LangGraphRouterOptions {
  /** The path of a `langgraph.json`, `./langgraph.json` unless told, or its graphs by their ids. */
  config?:
    | string
    | {
        graphs: Record<string, string | GraphSource>;
        env?: Record<string, string>;
        checkpointer?: object;
        auth?: object;
        http?: object;
        store?: object;
      };
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
  /** Whether runs are traced: what they ask of models, tools and retrievers is kept with their thread. `TROUPE_TRACE` unless told. */
  trace?: boolean;
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

/**
 * What graphs there are, how they are served and who may talk to them, by the options or else the environment, to which
 * `langgraph.json` adds what is not set. Throws `config_invalid`.
 */
export function readSettings(options: LangGraphRouterOptions) {
  const { env, ...settings } = readSources(options.config ?? "langgraph.json");
  for (const [name, value] of Object.entries(env)) process.env[name] ??= value;
  const environment = readConfig();
  const asksWho = settings.auth?.path !== undefined;
  const rules: NetworkRules = {
    apiKey: options.apiKey ?? environment.TROUPE_API_KEY,
    allowedOrigins: options.allowedOrigins ?? environment.TROUPE_ALLOWED_ORIGINS,
    allowedHosts: options.allowedHosts ?? environment.TROUPE_ALLOWED_HOSTS,
    // Whom `auth` lets in needs no key.
    insecure: (options.insecure ?? false) || asksWho,
    cors: settings.http.cors,
  };
  if (settings.http.cors.allow_origins?.includes("*") && !rules.apiKey && !asksWho) {
    throw new TroupeError(
      "config_invalid",
      '"http.cors.allow_origins" has "*", so any web page could drive this server.',
      {
        hint: "Name the origins, or ask callers who they are: set TROUPE_API_KEY, or auth in langgraph.json.",
      },
    );
  }
  return { ...settings, rules };
}

function readSources(config: NonNullable<LangGraphRouterOptions["config"]>) {
  if (typeof config === "string") return readLangGraphConfig(config);
  const { graphs, env = {}, ...settings } = config;
  const sources = Object.entries(graphs).map(([id, source]): [string, GraphSource] => [
    id,
    typeof source === "string" ? { path: source } : source,
  ]);
  return {
    ...checkConfig(Settings, settings, "options.config"),
    folder: process.cwd(),
    graphs: Object.fromEntries(sources),
    env,
  };
}
