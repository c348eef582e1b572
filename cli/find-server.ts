import { defaultPort, readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { readServerFile } from "./server-file.ts";

const patienceMs = 5_000;

/**
 * The address of a server that answers: the one named, else the one recorded in this data folder, else the default
 * port. Throws `server_unreachable`.
 */
export async function findServer(url?: string): Promise<string> {
  if (url) {
    return reach(
      url,
      (base) => `No server answers at "${base}"`,
      "Correct --url, or start a server with `npx troupe serve`.",
    );
  }
  const hint = "Start one with `npx troupe serve`, or name it with --url http://host:port.";
  const { TROUPE_DATA } = readConfig();
  const recorded = await readServerFile(TROUPE_DATA);
  if (recorded)
    return reach(recorded.url, (base) => `The server of "${TROUPE_DATA}" does not answer at "${base}"`, hint);
  const nowhere = `No server is recorded for "${TROUPE_DATA}", and none answers at the default port ${defaultPort}`;
  return reach(`http://localhost:${defaultPort}`, () => nowhere, hint);
}

/** The address of another server that serves this data folder now: its process lives, and it answers. */
export async function findRecordedServer(dataFolder: string): Promise<string | undefined> {
  const recorded = await readServerFile(dataFolder);
  if (!recorded || recorded.pid === process.pid || !isAlive(recorded.pid)) return undefined;
  // Another program may have got the process id of a server that crashed.
  return (await whyUnreachable(recorded.url)) ? undefined : recorded.url;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function reach(address: string, describe: (base: string) => string, hint: string): Promise<string> {
  const base = (address.includes("://") ? address : `http://${address}`).replace(/\/+$/, "");
  const problem = await whyUnreachable(base);
  if (problem === undefined) return base;
  throw new TroupeError("server_unreachable", `${describe(base)}: ${problem.message}.`, { hint, cause: problem.cause });
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
