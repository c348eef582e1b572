import { once } from "node:events";
import { dirname, resolve } from "node:path";
import { defaultPort, readConfig } from "../config.ts";
import { isTroupeError, TroupeError } from "../errors.ts";
import { createServer, type Server, type ServerOptions } from "../server/create-server.ts";
import { findRecordedServer } from "./find-server.ts";
import { ingestDocs } from "./ingest-docs.ts";
import { printWelcome } from "./print-welcome.ts";
import { removeServerFile, writeServerFile } from "./server-file.ts";
import { untilInterrupted } from "./until-interrupted.ts";

export interface ServeOptions {
  port?: number;
  host: string;
  data?: string;
  config: string;
  knowledge: boolean;
  trace?: boolean;
  insecure: boolean;
}

/** Serves the graphs of a `langgraph.json` until Ctrl-C or SIGTERM, then ends all that it started, and the process. */
export async function serve(options: ServeOptions): Promise<void> {
  surviveFaults();
  await serveUntilInterrupted(options);
  // A node that does not heed its signal would keep the process; its run goes on at the next start.
  process.exit(0);
}

/** A promise that a node leaves behind and that rejects is a fault of one run; the others must not end with it. */
function surviveFaults(): void {
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(event, (fault: unknown) => {
      try {
        console.error("A fault that nothing has caught; the server goes on.", fault);
      } catch {
        console.error("A fault that nothing has caught and that cannot be shown; the server goes on.");
      }
    });
  }
}

/** Troupe's own documents, which a clone has and the published package has not. */
const ownDocs = resolve(import.meta.dirname, "../docs");

async function serveUntilInterrupted({ data, ...options }: ServeOptions): Promise<void> {
  if (data) process.env["TROUPE_DATA"] = resolve(data);
  const interrupted = untilInterrupted();
  await using server = await listen(options);
  // After the graphs are loaded, since langgraph.json may name variables.
  const { describeModels } = await import("../models/index.ts");
  const models = describeModels();
  const { TROUPE_DATA } = readConfig();
  const other = await findRecordedServer(TROUPE_DATA);
  if (other)
    console.log(`A server at ${other} serves "${TROUPE_DATA}" already: the commands ask it unless told --url.`);
  else await writeServerFile(TROUPE_DATA, server.url);
  try {
    const knowledge = await server.knowledge?.();
    const docs = resolve(dirname(options.config), "docs");
    const hasDocs = knowledge && (await ingestDocs({ knowledge, docs, dataFolder: TROUPE_DATA, signal: interrupted }));
    if (interrupted.aborted) return;
    const documents = await knowledge?.describe();
    const { url, graphs } = server;
    const where = other ? ` --url ${url}` : data ? ` --data ${data}` : "";
    const answersOnItself = hasDocs && docs === ownDocs && graphs.includes("orchestrator");
    const example = answersOnItself
      ? `npx troupe ask${where} "How does Troupe resume a run after a crash?"`
      : `npx troupe ask${where} --graph ${graphs[0]} "…"`;
    printWelcome({ url, graphs, models, documents, dataFolder: TROUPE_DATA, example });
    if (!interrupted.aborted) await once(interrupted, "abort");
    console.log("Stopping; Ctrl-C again to end at once.");
  } finally {
    await removeServerFile(TROUPE_DATA, server.url);
  }
}

const attempts = 50;

/** Takes the port asked for, or else the first free one from the default on, and says so. Throws `port_taken`. */
async function listen(options: ServerOptions): Promise<Server> {
  if (options.port !== undefined) return createServer(options);
  for (let port = defaultPort; port < defaultPort + attempts; port++) {
    try {
      const server = await createServer({ ...options, port });
      if (port !== defaultPort) console.log(`The port ${defaultPort} is taken, so Troupe takes ${port}.`);
      return server;
    } catch (error) {
      if (!isTroupeError(error) || error.code !== "port_taken") throw error;
    }
  }
  throw new TroupeError("port_taken", `The ports "${defaultPort}" to "${defaultPort + attempts - 1}" are all taken.`, {
    hint: "Choose another with --port; --port 0 takes any that is free.",
  });
}
