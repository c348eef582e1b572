import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readConfig } from "../config.ts";
import { TroupeError } from "../errors.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import type { PruneStrategy, ThreadStorage } from "../storage/storage.ts";

/** What `troupe data` is asked for. */
export interface DataOptions {
  data?: string;
  prune?: PruneStrategy;
  /** In days. */
  olderThan?: number;
  json?: boolean;
}

const pageSize = 1_000;
const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Says how much the data folder keeps, after it has pruned threads where that is asked for. A server may go on meanwhile:
 * busy threads are left alone.
 */
export async function showData({ data, prune, olderThan, json }: DataOptions): Promise<void> {
  if ((prune === undefined) !== (olderThan === undefined)) {
    throw new TroupeError("invalid_request", `"--${prune ? "prune" : "older-than"}" was given alone.`, {
      hint: "Say what is to be done to which threads: --prune keep_latest --older-than 30.",
    });
  }
  const path = join(resolve(data ?? readConfig().TROUPE_DATA), "server.sqlite");
  if (!existsSync(path)) {
    throw new TroupeError("source_not_found", `There is no "${path}".`, {
      hint: "Name the data folder of a server with --data; it is made at the server's first start.",
    });
  }
  const storage = await openSqliteStorage({ path });
  try {
    const pruned = prune && (await pruneThreads(storage.threads, prune, new Date(Date.now() - olderThan! * dayMs)));
    if (pruned) await storage.compact();
    const size = await storage.wholeSize();
    if (json) return console.log(JSON.stringify({ path, ...(prune && { pruned }), ...size }, null, 2));
    if (prune) console.log(`${pruned} threads pruned (${prune}), unchanged for ${olderThan} days\n`);
    const { threads, runs, checkpoints, events } = size;
    for (const [name, count] of Object.entries({ threads, runs, checkpoints, events })) {
      console.log(`${name.padEnd(12)} ${count.toLocaleString("en").padStart(12)}`);
    }
    console.log(
      `${"megabytes".padEnd(12)} ${toMegabytes(size.bytes)}  (${toMegabytes(size.free_bytes).trim()} free for reuse)`,
    );
    console.log(path);
  } finally {
    await storage.close();
  }
}

const toMegabytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(1).padStart(12);

/** Prunes the threads that nobody has changed since; answers how many there were. */
async function pruneThreads(threads: ThreadStorage, strategy: PruneStrategy, since: Date): Promise<number> {
  const old: string[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { rows } = await threads.search({ sort_by: "updated_at", sort_order: "asc", limit: pageSize, offset });
    const found = rows.filter(
      ({ status, updated_at }) => status !== "busy" && Date.parse(updated_at) < since.getTime(),
    );
    old.push(...found.map(({ thread_id }) => thread_id));
    if (rows.length < pageSize || Date.parse(rows.at(-1)!.updated_at) >= since.getTime()) break;
  }
  let count = 0;
  for (const thread_id of old) if (await threads.prune(thread_id, strategy)) count += 1;
  return count;
}
