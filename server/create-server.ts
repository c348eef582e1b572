import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { defaultPort } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { isLoopback } from "./guard-network.ts";
import { type LangGraphRouter, langGraphRouter } from "./lang-graph-router.ts";
import { type LangGraphRouterOptions, readSettings } from "./read-settings.ts";

/** How a server is reached, and what it serves. */
export interface ServerOptions extends LangGraphRouterOptions {
  /** 2024 unless told; 0 for any that is free. */
  port?: number;
  /** 127.0.0.1 unless told. Another demands `TROUPE_API_KEY` or `insecure`. */
  host?: string;
}

/** A running server. */
export interface Server extends AsyncDisposable, Pick<LangGraphRouter, "graphs" | "knowledge"> {
  /** Without a slash at its end: `http://127.0.0.1:2024`. */
  url: string;
  port: number;
  /** Takes no more requests, lets running steps finish for at most `deadlineMs` (5 s), and closes everything. */
  close(options?: { deadlineMs?: number }): Promise<void>;
}

/**
 * Serves the graphs of a `langgraph.json` over the LangGraph API. Throws `port_taken`, `address_unsafe`, and what
 * `langGraphRouter` throws; then nothing is left open.
 *
 * @example
 * await using server = await createServer({ config: "./langgraph.json", port: 0 });
 * const client = new Client({ apiUrl: server.url });
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const { port = defaultPort, host = "127.0.0.1" } = options;
  const { rules } = readSettings(options);
  if (!isLoopback(host) && !rules.apiKey && !rules.insecure) {
    throw new TroupeError("address_unsafe", `On "${host}" anybody who reaches this machine could drive the server.`, {
      hint: "Set TROUPE_API_KEY, listen on 127.0.0.1, or say --insecure where the network is trusted.",
    });
  }
  const app = express().disable("x-powered-by").disable("etag");
  const ready = Promise.withResolvers<void>();
  // The port first: a second server on a taken one must not touch the data. Requests wait until the graphs are loaded.
  const http = createHttpServer(timeouts, (request, response) => void ready.promise.then(() => app(request, response)));
  await listen(http, port, host);
  try {
    const langGraph = await langGraphRouter({ ...options, allowedHosts: [host, ...rules.allowedHosts] });
    app.use(langGraph.router);
    ready.resolve();
    const address = http.address() as AddressInfo;
    const close: Server["close"] = async (settings) => {
      const closed = new Promise<void>((resolve) => void http.close(() => resolve()));
      await langGraph.close(settings);
      // What has just been answered goes out first.
      await new Promise((resolve) => setImmediate(resolve));
      http.closeAllConnections();
      await closed;
    };
    return {
      url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
      port: address.port,
      graphs: langGraph.graphs,
      knowledge: langGraph.knowledge,
      close,
      [Symbol.asyncDispose]: () => close(),
    };
  } catch (error) {
    http.close();
    http.closeAllConnections();
    throw error;
  }
}

/** How long a client may take to send the head of a request, and all of it: who trickles must not hold connections. */
const timeouts = { headersTimeout: 20_000, requestTimeout: 120_000, connectionsCheckingInterval: 10_000 };

async function listen(http: HttpServer, port: number, host: string): Promise<void> {
  http.listen(port, host);
  try {
    await once(http, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new TroupeError("port_taken", `The port ${port} of "${host}" is taken.`, {
        hint: "Stop what listens there, or ask for another with --port; 0 is any that is free.",
        cause: error,
      });
    }
    throw new TroupeError("address_unsafe", `The server cannot listen on "${host}", port ${port}: ${code}.`, {
      hint: "Use an address of this machine, such as 127.0.0.1, and a port from 1024 on.",
      cause: error,
    });
  }
}
