import { TroupeError } from "../../errors.ts";
import type { Claim, NewRun, Run, RunStorage, RunWorker } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { insertEvents } from "./events.ts";
import { claimStale } from "./fence.ts";
import type { Signals } from "./signals.ts";
import { findThread, insertThread, threadNotFound } from "./threads.ts";

interface StoredRun extends Omit<Run, "metadata" | "kwargs"> {
  metadata: string;
  kwargs: string;
}

const columns =
  "run_id, thread_id, assistant_id, graph_id, created_at, updated_at, status, metadata, multitask_strategy, kwargs, attempt";

/** A run keeps its place in the queue by this `due_at`, whenever its turn comes. */
const sinceCreated = "CAST(round(unixepoch(created_at, 'subsec') * 1000) AS INTEGER)";

const firstDue = `SELECT number, ${columns} FROM runs WHERE due_at <= ? ORDER BY due_at, number LIMIT 1`;

/** Runs in SQLite: a run's row is its place in the queue, see `due_at` in the schema. */
export function createSqliteRuns(database: Database, commit: Commit, signals: Signals): RunStorage {
  const claimable = "claimable";

  /** Changes a run for its claim; throws `claim_stale`. */
  function change(claim: Claim, assignments: string, ...parameters: (string | number)[]): void {
    const changed = database
      .prepare(`UPDATE runs SET updated_at = ?, ${assignments} WHERE run_id = ? AND attempt = ? AND status = 'running'`)
      .run(new Date().toISOString(), ...parameters, claim.run_id, claim.attempt);
    if (changed === 0) throw claimStale(claim);
  }

  return {
    async create(run, worker) {
      const created = await commit(() => insertRun(database, run, worker));
      if (created.status === "pending") signals.emit(claimable);
      return created;
    },

    async get(run_id, thread_id) {
      const row = database.prepare<StoredRun>(`SELECT ${columns} FROM runs WHERE run_id = ?`).get(run_id);
      if (row && (thread_id === undefined || row.thread_id === thread_id)) return toRun(row);
      const place = thread_id === undefined ? "" : ` on the thread "${thread_id}"`;
      throw new TroupeError("run_not_found", `There is no run "${run_id}"${place}.`, {
        hint: "List a thread's runs with GET /threads/{thread_id}/runs.",
      });
    },

    async list({ thread_id, status, limit, offset }) {
      const where = status ? "thread_id = ? AND status = ?" : "thread_id = ?";
      const parameters = status ? [thread_id, status] : [thread_id];
      const rows = database
        .prepare<StoredRun>(`SELECT ${columns} FROM runs WHERE ${where} ORDER BY number DESC LIMIT ? OFFSET ?`)
        .all(...parameters, limit, offset);
      const { total } = database
        .prepare<{ total: number }>(`SELECT count(*) total FROM runs WHERE ${where}`)
        .get(...parameters)!;
      return { rows: rows.map(toRun), total };
    },

    async claim({ worker_id, lease_ms }) {
      const first = database.prepare<StoredRun & { number: number }>(firstDue);
      // A look without a lock: after each run its worker looks for the next, and mostly there is none.
      if (!first.get(Date.now())) return undefined;
      return commit(() => {
        const now = Date.now();
        const row = first.get(now);
        if (!row) return undefined;
        const { number, ...run } = row;
        const attempt = run.attempt + 1;
        const updated_at = new Date(now).toISOString();
        database
          .prepare(
            "UPDATE runs SET status = 'running', attempt = ?, worker_id = ?, due_at = ?, updated_at = ? WHERE number = ?",
          )
          .run(attempt, worker_id, now + lease_ms, updated_at, number);
        return toRun({ ...run, status: "running", attempt, updated_at });
      });
    },

    async renew(claim, lease_ms) {
      await commit(() => change(claim, "due_at = ?", Date.now() + lease_ms));
    },

    async finish(claim, { status, thread_status, error, events }) {
      const hasNext = await commit(() => {
        change(claim, "status = ?, worker_id = NULL, due_at = NULL", status);
        insertEvents(database, claim.run_id, events);
        const next = database
          .prepare<{ number: number }>(
            `SELECT number FROM runs
             WHERE thread_id = ? AND number > (SELECT number FROM runs WHERE run_id = ?) AND status = 'pending'
             ORDER BY number LIMIT 1`,
          )
          .get(claim.thread_id, claim.run_id);
        if (next) database.prepare(`UPDATE runs SET due_at = ${sinceCreated} WHERE number = ?`).run(next.number);
        database
          .prepare("UPDATE threads SET status = ?, error = ?, updated_at = ? WHERE thread_id = ?")
          .run(
            next ? "busy" : thread_status,
            error && JSON.stringify(error),
            new Date().toISOString(),
            claim.thread_id,
          );
        return next !== undefined;
      });
      signals.emit(claim.run_id);
      if (hasNext) signals.emit(claimable);
    },

    async release(claim) {
      await commit(() => change(claim, `status = 'pending', worker_id = NULL, due_at = ${sinceCreated}`));
      signals.emit(claimable);
    },

    async expireLeases(isGone) {
      const workers = database
        .prepare<{ worker_id: string }>(
          "SELECT DISTINCT worker_id FROM runs WHERE due_at IS NOT NULL AND worker_id IS NOT NULL",
        )
        .all();
      const gone = workers.filter(({ worker_id }) => isGone(worker_id));
      if (gone.length === 0) return 0;
      const expired = await commit(() => {
        const expire = database.prepare(
          `UPDATE runs SET due_at = ${sinceCreated} WHERE due_at IS NOT NULL AND worker_id = ?`,
        );
        return gone.reduce((count, { worker_id }) => count + expire.run(worker_id), 0);
      });
      signals.emit(claimable);
      return expired;
    },

    onClaimable: (listener) => signals.on(claimable, listener),
  };
}

function insertRun(database: Database, run: NewRun, worker: RunWorker | undefined): Run {
  const { run_id, thread_id, assistant_id, graph_id, metadata, kwargs, multitask_strategy } = run;
  const thread = findThread(database, thread_id);
  const isBusy = thread?.status === "busy";
  if (!thread && run.if_not_exists !== "create") throw threadNotFound(thread_id);
  if (isBusy && multitask_strategy === "reject") throw threadBusy(thread_id);

  const starter = isBusy ? undefined : worker;
  const status = starter ? "running" : "pending";
  const attempt = starter ? 1 : 0;
  const now = new Date();
  const created_at = now.toISOString();
  const threadMetadata = { ...thread?.metadata, ...run.thread_metadata };
  if (thread) {
    database
      .prepare("UPDATE threads SET status = 'busy', metadata = ?, updated_at = ? WHERE thread_id = ?")
      .run(JSON.stringify(threadMetadata), created_at, thread_id);
  } else {
    insertThread(database, { thread_id, metadata: threadMetadata, status: "busy", temporary: run.temporary ?? false });
  }
  database
    .prepare(`INSERT INTO runs (${columns}, worker_id, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      run_id,
      thread_id,
      assistant_id,
      graph_id,
      created_at,
      created_at,
      status,
      JSON.stringify(metadata),
      multitask_strategy,
      JSON.stringify(kwargs),
      attempt,
      starter?.worker_id ?? null,
      isBusy ? null : now.getTime() + (starter?.lease_ms ?? 0),
    );
  return {
    run_id,
    thread_id,
    assistant_id,
    graph_id,
    created_at,
    updated_at: created_at,
    status,
    metadata,
    multitask_strategy,
    kwargs,
    attempt,
  };
}

const toRun = (row: StoredRun): Run => ({
  ...row,
  metadata: JSON.parse(row.metadata) as Run["metadata"],
  kwargs: JSON.parse(row.kwargs) as Run["kwargs"],
});

const threadBusy = (thread_id: string): TroupeError =>
  new TroupeError("thread_busy", `The thread "${thread_id}" has a run that has not ended.`, {
    hint: 'Wait for it, or send multitask_strategy: "enqueue".',
  });
