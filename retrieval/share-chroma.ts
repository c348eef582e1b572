import { readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { answers, type ChromaServer, isAlive, startChroma, stopChroma } from "./chroma-server.ts";

/** A server that several processes may share; `release` stops it once nobody else uses it. */
export interface SharedChroma {
  url: string;
  release(): Promise<void>;
}

interface Lease extends ChromaServer {
  /** The processes that use it. One that was killed is passed over. */
  users: number[];
}

/** A lock older than this was left by a process that was killed. */
const staleLock = 60_000;

/**
 * The one Chroma of a data folder: joins the server that another process started, or starts it.
 * `lease.json` beside its data names the server and who uses it. Throws what starting it throws.
 */
export async function shareChroma(command: string, folder: string): Promise<SharedChroma> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const server = await locked(folder, async () => {
    const lease = await readLease(folder);
    const running = lease && isAlive(lease.pid) && (await answers(lease.url)) ? lease : undefined;
    const { pid, url } = running ?? (await startChroma(command, folder));
    await writeLease(folder, { pid, url, users: [...others(running), process.pid] });
    return { pid, url };
  });
  const onExit = () => leaveNow(folder, server);
  process.once("exit", onExit);
  let released: Promise<void> | undefined;
  return {
    url: server.url,
    release() {
      process.off("exit", onExit);
      return (released ??= locked(folder, () => leave(folder, server)));
    },
  };
}

/** For a process that ends without having released: nothing asynchronous runs any more. */
function leaveNow(folder: string, server: ChromaServer): void {
  try {
    const lease = JSON.parse(readFileSync(join(folder, "lease.json"), "utf8")) as Lease;
    if (lease.pid === server.pid && others(lease).length === 0) process.kill(server.pid, "SIGINT");
  } catch {
    // No lease, or no server: nothing is left to stop.
  }
}

async function leave(folder: string, server: ChromaServer): Promise<void> {
  const lease = await readLease(folder);
  if (lease?.pid !== server.pid) return;
  const users = others(lease);
  if (users.length > 0) return writeLease(folder, { ...server, users });
  await stopChroma(server);
  await rm(join(folder, "lease.json"), { force: true });
}

const others = (lease?: Lease) => (lease?.users ?? []).filter((pid) => pid !== process.pid && isAlive(pid));

async function readLease(folder: string): Promise<Lease | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, "lease.json"), "utf8")) as Lease;
  } catch {
    return undefined;
  }
}

async function writeLease(folder: string, lease: Lease): Promise<void> {
  const path = join(folder, "lease.json");
  await writeFile(`${path}.new`, JSON.stringify(lease), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** One process at a time: making a folder either succeeds or finds it there, on every file system. */
async function locked<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const lock = join(folder, "lease.lock");
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const age =
        Date.now() -
        (await stat(lock).then(
          ({ mtimeMs }) => mtimeMs,
          () => Date.now(),
        ));
      if (age > staleLock) await rm(lock, { recursive: true, force: true });
      else await wait(25);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}
