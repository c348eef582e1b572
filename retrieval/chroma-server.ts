import { execFile, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

/** A Chroma server on this machine that answered when this was made. */
export interface ChromaServer {
  pid: number;
  url: string;
}

/** How long a server may take to answer at first, and to stop by itself, in milliseconds. */
const patience = { start: 20_000, stop: 3_000 };

/**
 * A `chroma` that runs here, from the PATH or this project's packages. It is tried and not only found: the one
 * in the npm package needs glibc 2.39, and is there also where it cannot run.
 */
export async function findChroma(): Promise<string | undefined> {
  const name = process.platform === "win32" ? "chroma.cmd" : "chroma";
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  folders.push(join(process.cwd(), "node_modules", ".bin"), join(import.meta.dirname, "..", "node_modules", ".bin"));
  for (const folder of new Set(folders)) {
    const command = join(folder, name);
    if (await runs(command)) return command;
  }
  return undefined;
}

async function runs(command: string): Promise<boolean> {
  try {
    await access(command, constants.X_OK);
    await promisify(execFile)(command, ["--version"], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Starts a server that keeps its data in `folder` and outlives this process unless it is stopped. */
export async function startChroma(command: string, folder: string): Promise<ChromaServer> {
  const port = await freePort();
  const child = spawn(command, ["run", "--path", folder, "--host", "127.0.0.1", "--port", String(port)], {
    // A group of its own: Ctrl-C in one terminal must not stop what a process in another one shares.
    detached: true,
    stdio: "ignore",
  });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`chroma ended with code ${code} before it answered`)));
  });
  failed.catch(() => {});
  child.unref();
  const server = { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}` };
  try {
    await Promise.race([failed, untilItAnswers(server.url)]);
    return server;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

async function untilItAnswers(url: string): Promise<void> {
  const end = Date.now() + patience.start;
  while (!(await answers(url))) {
    if (Date.now() > end) throw new Error(`chroma did not answer at ${url} within ${patience.start / 1_000} s`);
    await wait(25);
  }
}

/** Whether a Chroma answers at a URL. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL("/api/v2/heartbeat", url), { signal: AbortSignal.timeout(2_000) });
    return response.ok && "nanosecond heartbeat" in ((await response.json()) as object);
  } catch {
    return false;
  }
}

/** Stops a server and waits until it is gone. SIGINT first: after SIGTERM it was seen to spin. */
export async function stopChroma({ pid }: ChromaServer): Promise<void> {
  signal(pid, "SIGINT");
  const end = Date.now() + patience.stop;
  while (isAlive(pid)) {
    if (Date.now() > end) signal(pid, "SIGKILL");
    await wait(10);
  }
}

/** Whether a process is there; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone, which is what was wanted.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
