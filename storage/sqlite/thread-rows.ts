import type { Config, ThreadStatus } from "@langchain/langgraph-sdk";
import { TroupeError } from "../../errors.ts";
import type { NewThread, PruneStrategy, ThreadRow } from "../storage.ts";
import type { Database } from "./connection.ts";
import { indexMetadata } from "./thread-metadata.ts";

/** A thread as its columns are. */
export interface StoredThread extends Omit<ThreadRow, "metadata" | "config" | "error" | "ttl"> {
  metadata: string;
  config: string;
  error: string | null;
  ttl_minutes: number | null;
  ttl_strategy: PruneStrategy | null;
}

/** The columns of a `StoredThread`. */
export const threadColumns =
  "thread_id, created_at, updated_at, state_updated_at, metadata, config, status, error, ttl_minutes, ttl_strategy";

/** Reads a thread's row; `undefined` when there is none. */
export function findThread(database: Database, thread_id: string): ThreadRow | undefined {
  const row = database.prepare<StoredThread>(`SELECT ${threadColumns} FROM threads WHERE thread_id = ?`).get(thread_id);
  return row && toThread(row);
}

/** Inserts a thread. To be called in a transaction. */
export function insertThread(
  database: Database,
  thread: NewThread & { status: ThreadStatus; temporary: boolean; config?: Config },
): ThreadRow {
  const { thread_id, metadata, config = {}, status, temporary, ttl } = thread;
  const now = new Date().toISOString();
  const row: StoredThread = {
    thread_id,
    created_at: now,
    updated_at: now,
    state_updated_at: now,
    metadata: JSON.stringify(metadata),
    config: JSON.stringify(config),
    status,
    error: null,
    ttl_minutes: ttl?.ttl_minutes ?? null,
    ttl_strategy: ttl?.strategy ?? null,
  };
  database
    .prepare(`INSERT INTO threads (${threadColumns}, settled, temporary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(...(Object.values(row) as (string | number | null)[]), status === "busy" ? "idle" : status, Number(temporary));
  indexMetadata(database, thread_id, {}, metadata);
  return toThread(row);
}

/** A thread as the port has it. */
export function toThread({ ttl_minutes, ttl_strategy, ...row }: StoredThread): ThreadRow {
  return {
    ...row,
    metadata: JSON.parse(row.metadata) as ThreadRow["metadata"],
    config: JSON.parse(row.config) as Config,
    error: row.error === null ? null : (JSON.parse(row.error) as ThreadRow["error"]),
    ttl: ttl_minutes === null ? null : toTtl(ttl_strategy ?? "delete", ttl_minutes, row.updated_at),
  };
}

const toTtl = (strategy: PruneStrategy, ttl_minutes: number, updated_at: string): ThreadRow["ttl"] => ({
  strategy,
  ttl_minutes,
  expires_at: new Date(Date.parse(updated_at) + ttl_minutes * 60_000).toISOString(),
});

/** The error of every method that is given a thread that is not there. */
export const threadNotFound = (thread_id: string): TroupeError =>
  new TroupeError("thread_not_found", `There is no thread "${thread_id}".`, {
    hint: 'Create it with POST /threads, or send if_not_exists: "create" with the run.',
  });
