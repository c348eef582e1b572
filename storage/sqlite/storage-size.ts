import { statSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { StorageSize, WholeStorageSize } from "../storage.ts";
import type { Database } from "./connection.ts";

/** How many pages are given back to the disk before others get a turn: about 2 ms. */
const reclaimedAtOnce = 200;

/** Measures what costs a look at an index and at the file. */
export function measureSize(database: Database): StorageSize {
  return {
    threads: countRows(database, "threads"),
    runs: countRows(database, "runs"),
    bytes: fileSize(database.path) + fileSize(`${database.path}-wal`),
    free_bytes: readNumber(database, "freelist_count") * readNumber(database, "page_size"),
  };
}

/** Measures what takes a look at every row too. */
export const measureWhole = (database: Database): WholeStorageSize => ({
  ...measureSize(database),
  checkpoints: countRows(database, "checkpoints"),
  events: countRows(database, "events"),
});

/** Free pages below this, or below a quarter of the file, are kept for later rows: about 8 MB. */
const worthwhile = 1_000;

/** Gives the pages that deletions left free back to the disk where they are many. */
export async function reclaimMany(database: Database): Promise<void> {
  const most = Math.max(worthwhile, readNumber(database, "page_count") / 4);
  if (readNumber(database, "freelist_count") > most) await reclaim(database);
}

/** Gives the pages that deletions left free back to the disk, little by little: 70 MB in 130 ms. */
export async function reclaim(database: Database): Promise<void> {
  let free = readNumber(database, "freelist_count");
  while (free > 0) {
    database.exec(`PRAGMA incremental_vacuum(${reclaimedAtOnce})`);
    const left = readNumber(database, "freelist_count");
    // A file from before incremental vacuum keeps its free pages for later rows.
    if (left >= free) break;
    free = left;
    await nextTurn();
  }
  database.truncateLog();
}

const countRows = (database: Database, table: string) =>
  database.prepare<{ total: number }>(`SELECT count(*) total FROM ${table}`).get()!.total;

const readNumber = (database: Database, pragma: string) =>
  Object.values(database.prepare<Record<string, number>>(`PRAGMA ${pragma}`).get()!)[0]!;

const fileSize = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
