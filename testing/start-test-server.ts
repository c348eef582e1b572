import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@langchain/langgraph-sdk";
import type { Server, ServerOptions } from "../server/index.ts";

export interface TestServerOptions extends ServerOptions {
  /** Compiled graphs, or functions that make one, by their id; in place of `config`, which may name a `langgraph.json`. */
  graphs?: Record<string, unknown>;
  /** Listens on it, 0 for a free one, and has a `url`; without it nothing listens, and only `client` reaches the server. */
  port?: number;
}

/** A server under test. Disposing it ends its runs and streams and deletes its data. */
export interface TestServer extends AsyncDisposable {
  client: Client;
  /** Where it listens; undefined without a port. */
  url: string | undefined;
  /** What the server would have logged: errors that a client sees only in short. */
  errors: unknown[];
  knowledge: Server["knowledge"];
  close: Server["close"];
}

/**
 * Starts the server that runs in production, in this process, with its data in a temporary folder unless `data` is given.
 *
 * @example
 * await using server = await startTestServer({ graphs: { support } });
 * const values = await server.client.runs.wait(null, "support", { input: { messages: [] } });
 */
export async function startTestServer({ graphs, ...options }: TestServerOptions): Promise<TestServer> {
  const errors: unknown[] = [];
  await using opened = new AsyncDisposableStack();
  const { TROUPE_DATA } = process.env;
  opened.defer(() => {
    if (TROUPE_DATA === undefined) delete process.env["TROUPE_DATA"];
    else process.env["TROUPE_DATA"] = TROUPE_DATA;
  });
  const temporary = options.data === undefined ? await mkdtemp(join(tmpdir(), "troupe-test-")) : undefined;
  if (temporary) opened.defer(() => rm(temporary, { recursive: true, force: true }));
  const sources = Object.entries(graphs ?? {}).map(([id, graph]) => [id, { graph }]);
  const settings = {
    ...(graphs && { config: { graphs: Object.fromEntries(sources) } }),
    log: (_: string, error: unknown) => errors.push(error),
    data: temporary,
    ...options,
  };
  // A test that scripts a model loads no server.
  const { createServer, langGraphRouter } = await import("../server/index.ts");
  const server = options.port === undefined ? await langGraphRouter(settings) : await createServer(settings);
  opened.defer(() => server.close({ deadlineMs: 0 }));
  const reached = "url" in server ? { url: server.url } : { url: undefined, fetch: server.fetch };
  const { url = "http://localhost", ...callerOptions } = reached;
  const client = new Client({
    apiUrl: url,
    apiKey: options.apiKey ?? null,
    callerOptions: { maxRetries: 0, ...callerOptions },
  });
  const resources = opened.move();
  return {
    client,
    url: reached.url,
    errors,
    knowledge: server.knowledge,
    close: (deadline) => server.close(deadline),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
