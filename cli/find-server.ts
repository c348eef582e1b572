import { defaultPort, readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { readServerFile } from "./server-file.ts";

const patienceMs = 5_000;

/**
 * The address of a server that answers: the one named, else the one that serves this data folder, else the default
 * port. Throws `server_unreachable`.
 */
export async function findServer(url?: string): Promise<string> {
  const address = url ?? (await readServerFile(readConfig().TROUPE_DATA))?.url ?? `http://localhost:${defaultPort}`;
  const base = address.replace(/\/+$/, "");
  const problem = await whyUnreachable(base);
  if (problem === undefined) return base;
  const hint = url
    ? "Correct --url, or start a server with `npm start`."
    : "Start one with `npm start`, or name it with --url http://host:port.";
  throw new TroupeError("server_unreachable", `No server answers at "${base}": ${problem.message}.`, {
    hint,
    cause: problem.cause,
  });
}

/** The headers that a server with a key asks for. */
export function keyHeaders(): Record<string, string> {
  const { TROUPE_API_KEY } = readConfig();
  return TROUPE_API_KEY ? { "x-api-key": TROUPE_API_KEY } : {};
}

async function whyUnreachable(base: string): Promise<{ message: string; cause?: unknown } | undefined> {
  try {
    const response = await fetch(`${base}/ok`, { headers: keyHeaders(), signal: AbortSignal.timeout(patienceMs) });
    await response.body?.cancel();
    // A server that refuses says why itself when it is asked for more.
    return response.ok || response.status === 401 || response.status === 403
      ? undefined
      : { message: `its /ok says ${response.status}, so it is no LangGraph server` };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    return { message: cause?.message || cause?.code || message, cause: error };
  }
}
