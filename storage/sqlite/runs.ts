import type { Config } from "@langchain/langgraph-sdk";
import { TroupeError } from "../../errors.ts";
import type {
  CancelAction,
  Cancelled,
  Claim,
  CreatedRun,
  NewRun,
  RunStorage,
  RunWorker,
  ThreadRow,
  ThreadTtl,
} from "../storage.ts";
import { cancelRuns, endCancelled, findActiveRuns } from "./cancel-runs.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { isVisible } from "./contains.ts";
import { fireCron } from "./crons.ts";
import { insertEvents } from "./events.ts";
import { claimStale } from "./fence.ts";
import { dropRefusedInput } from "./roll-back.ts";
import { readProgress } from "./run-progress.ts";
import { isActive, requireRun, runColumns, type StoredRun, toClaimedRun, toRun } from "./run-rows.ts";
import { settleThread } from "./settle-thread.ts";
import { emitRun, type Signals } from "./signals.ts";
import { indexMetadata } from "./thread-metadata.ts";
import { findThread, insertThread, threadNotFound } from "./thread-rows.ts";
import { insertWebhook, webhooksDue } from "./webhooks.ts";

const firstDue = `SELECT number, committed, ${runColumns} FROM runs WHERE due_at <= ? ORDER BY due_at, number LIMIT 1`;

/** Runs in SQLite: a run's row is its place in the queue, see `due_at` in the schema. */
export function createSqliteRuns(database: Database, commit: Commit, signals: Signals, ttl?: ThreadTtl): RunStorage {
  const claimable = "claimable";

  /** Changes a run for its claim, and answers what was asked of it meanwhile; throws `claim_stale`. */
  function change(claim: Claim, assignments: string, ...parameters: (string | number | null)[]): CancelAction | null {
    const row = database
      .prepare<{ cancel: CancelAction | null }>(
        `UPDATE runs SET updated_at = ?, ${assignments} WHERE run_id = ? AND attempt = ? AND status = 'running'
         RETURNING cancel`,
      )
      .get(new Date().toISOString(), ...parameters, claim.run_id, claim.attempt);
    if (row) return row.cancel;
    throw claimStale(claim);
  }

  function tell({ ended }: Cancelled): void {
    for (const run of ended) emitRun(signals, run);
    if (ended.length === 0) return;
    signals.emit(claimable);
    signals.emit(webhooksDue);
  }

  return {
    async create(run, worker) {
      const created = await commit(() => insertRun(database, { thread_ttl: ttl, ...run }, worker));
      tell(created.cancelled);
      if (created.run.status === "pending") signals.emit(claimable);
      return created;
    },

    get: async (run_id, thread_id, filters) => toRun(requireRun(database, run_id, thread_id, filters)),

    async list({ thread_id, status, limit, offset, filters }) {
      const thread = filters && findThread(database, thread_id);
      if (thread && !isVisible(thread.metadata, filters)) return { rows: [], total: 0 };
      const where = status ? "thread_id = ? AND status = ?" : "thread_id = ?";
      const parameters = status ? [thread_id, status] : [thread_id];
      const rows = database
        .prepare<StoredRun>(`SELECT ${runColumns} FROM runs WHERE ${where} ORDER BY number DESC LIMIT ? OFFSET ?`)
        .all(...parameters, limit, offset);
      const { total } = database
        .prepare<{ total: number }>(`SELECT count(*) total FROM runs WHERE ${where}`)
        .get(...parameters)!;
      return { rows: rows.map(toRun), total };
    },

    async countActive() {
      const { start_at, ...counts } = database
        .prepare<{ pending: number; running: number; start_at: number | null }>(
          `SELECT count(*) FILTER (WHERE status = 'pending') pending, count(*) FILTER (WHERE status = 'running') running,
             min(start_at) FILTER (WHERE status = 'pending' AND start_at <= ?) start_at
           FROM runs WHERE ${isActive}`,
        )
        .get(Date.now())!;
      return { ...counts, oldest_pending: start_at === null ? null : new Date(start_at).toISOString() };
    },

    async requestCancel({ action, ...query }) {
      const cancelled = await commit(() => cancelRuns(database, findActiveRuns(database, query), action));
      tell(cancelled);
      return cancelled;
    },

    async delete(run_id, thread_id, filters) {
      await commit(() => {
        const run = requireRun(database, run_id, thread_id, filters);
        if (run.status === "pending" || run.status === "running") throw runActive(run_id);
        database.prepare("DELETE FROM events WHERE run_id = ?").run(run_id);
        database.prepare("DELETE FROM spans WHERE thread_id = ? AND run_id = ?").run(run.thread_id, run_id);
        database.prepare("DELETE FROM runs WHERE run_id = ?").run(run_id);
      });
      signals.emit(run_id);
    },

    async claim({ worker_id, lease_ms }) {
      const first = database.prepare<StoredRun & { number: number; committed: string }>(firstDue);
      // A look without a lock: after each run its worker looks for the next, and mostly there is none.
      if (!first.get(Date.now())) return undefined;
      return commit(() => {
        const now = Date.now();
        const found = first.get(now);
        if (!found) return undefined;
        const { number, committed: before, ...row } = found;
        const committed = row.attempt === 0 ? before : readCommitted(database, row);
        const crashes = row.status === "running" && committed === before ? row.crashes + 1 : 0;
        const attempt = row.attempt + 1;
        const updated_at = new Date(now).toISOString();
        database
          .prepare(
            `UPDATE runs SET status = 'running', attempt = ?, worker_id = ?, due_at = ?, updated_at = ?, crashes = ?, committed = ?
             WHERE number = ?`,
          )
          .run(attempt, worker_id, now + lease_ms, updated_at, crashes, committed, number);
        holdOthers(database, row.thread_id);
        return toClaimedRun({ ...row, status: "running", attempt, updated_at, crashes });
      });
    },

    async nextDue() {
      const { due_at } = database
        .prepare<{ due_at: number | null }>(
          "SELECT min(due_at) due_at FROM runs WHERE due_at IS NOT NULL AND status = 'pending'",
        )
        .get()!;
      return due_at ?? undefined;
    },

    renew: (claim, lease_ms) => commit(() => change(claim, "due_at = ?", Date.now() + lease_ms) ?? undefined),

    async finish(claim, outcome) {
      const othersWait = await commit(() => {
        const { status, error, events } = outcome;
        const assignments = "status = ?, error = ?, worker_id = NULL, due_at = NULL";
        const cancel = change(claim, assignments, status, error && JSON.stringify(error));
        insertEvents(database, claim.run_id, events);
        if (status === "error") dropRefusedInput(database, claim);
        if (cancel === "rollback" || (cancel && status === "interrupted")) {
          return endCancelled(database, claim, cancel, outcome.webhook);
        }
        if (outcome.webhook) insertWebhook(database, claim.run_id, outcome.webhook);
        return settleThread(database, claim.thread_id, outcome);
      });
      emitRun(signals, claim);
      if (othersWait) signals.emit(claimable);
      if (outcome.webhook) signals.emit(webhooksDue);
    },

    async release(claim) {
      await commit(() => {
        change(claim, "status = 'pending', worker_id = NULL, crashes = 0");
        settleThread(database, claim.thread_id);
      });
      signals.emit(claimable);
    },

    progress: async (claim) => readProgress(database, claim),

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
          "UPDATE runs SET due_at = start_at WHERE due_at IS NOT NULL AND worker_id = ? AND status = 'running'",
        );
        return gone.reduce((count, { worker_id }) => count + expire.run(worker_id), 0);
      });
      signals.emit(claimable);
      return expired;
    },

    onClaimable: (listener) => signals.on(claimable, listener),
  };
}

/** What a run has committed so far, as something to compare: whether an attempt got anywhere. */
function readCommitted(database: Database, { thread_id, run_id }: StoredRun): string {
  return database
    .prepare<{ committed: string }>(
      `SELECT (SELECT coalesce(max(checkpoint_id), '') FROM checkpoints WHERE thread_id = ?1 AND run_id = ?2) ||
         (SELECT count(*) FROM writes WHERE thread_id = ?1 AND run_id = ?2) AS committed`,
    )
    .get(thread_id, run_id)!.committed;
}

/** Takes the pending runs of a thread, one of which has just started, out of the queue until it has ended. */
function holdOthers(database: Database, thread_id: string): void {
  database
    .prepare(`UPDATE runs SET due_at = NULL WHERE thread_id = ? AND ${isActive} AND status = 'pending'`)
    .run(thread_id);
}

function insertRun(database: Database, run: NewRun, worker: RunWorker | undefined): CreatedRun {
  const known = findByKey(database, run.idempotency_key);
  if (known) return { run: toClaimedRun(known), existing: true, cancelled: { ended: [], running: [] } };
  const { run_id, thread_id, multitask_strategy, after_seconds = 0 } = run;
  const thread = findThread(database, thread_id);
  const isThere = thread !== undefined && isVisible(thread.metadata, run.filters);
  if (!isThere && (thread || run.if_not_exists !== "create")) throw threadNotFound(thread_id);
  const active = thread ? findActiveRuns(database, { thread_id }) : [];
  if (active.length > 0 && multitask_strategy === "reject") throw threadBusy(thread_id);
  const givesWay = multitask_strategy === "interrupt" || multitask_strategy === "rollback";
  const cancelled = cancelRuns(database, givesWay ? active : [], givesWay ? multitask_strategy : "interrupt");

  const waits = givesWay ? cancelled.running.length > 0 : active.length > 0;
  const isHeld = givesWay ? waits : active.some(({ status }) => status === "running");
  const starter = waits || after_seconds > 0 ? undefined : worker;
  const now = new Date();
  const start_at = now.getTime() + Math.round(after_seconds * 1000);
  if (run.cron) fireCron(database, run.cron);
  markBusy(database, run, thread, now.toISOString());
  const row: StoredRun = {
    run_id,
    thread_id,
    assistant_id: run.assistant_id,
    graph_id: run.graph_id,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
    status: starter ? "running" : "pending",
    metadata: JSON.stringify(run.metadata),
    multitask_strategy,
    kwargs: JSON.stringify(run.kwargs),
    attempt: starter ? 1 : 0,
    error: null,
    cancel: null,
    crashes: 0,
  };
  database
    .prepare(
      `INSERT INTO runs (${runColumns}, worker_id, start_at, due_at, idempotency_key)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...(Object.values(row) as (string | number | null)[]),
      starter?.worker_id ?? null,
      start_at,
      isHeld ? null : start_at + (starter?.lease_ms ?? 0),
      run.idempotency_key ?? null,
    );
  return { run: toClaimedRun(row), existing: false, cancelled };
}

function findByKey(database: Database, key: string | undefined): StoredRun | undefined {
  if (key === undefined) return undefined;
  return database.prepare<StoredRun>(`SELECT ${runColumns} FROM runs WHERE idempotency_key = ?`).get(key);
}

/** Marks the thread of a new run, or makes it. */
function markBusy(database: Database, run: NewRun, thread: ThreadRow | undefined, now: string): void {
  const { thread_id, temporary = false } = run;
  const metadata = { ...thread?.metadata, ...run.thread_metadata };
  const config = mergeConfig(thread?.config, run.thread_config);
  if (thread) indexMetadata(database, thread_id, thread.metadata, metadata);
  if (!thread) {
    insertThread(database, { thread_id, metadata, config, status: "busy", temporary, ttl: run.thread_ttl });
    return;
  }
  database
    .prepare(
      `UPDATE threads SET settled = iif(status = 'busy', settled, status), status = 'busy', metadata = ?, config = ?, updated_at = ?
       WHERE thread_id = ?`,
    )
    .run(JSON.stringify(metadata), JSON.stringify(config), now, thread_id);
}

/** A checkpoint is where one run begins: kept for the thread, it would make every later run fork there too. */
function mergeConfig(known: Config = {}, added: Record<string, unknown> = {}): Config {
  const configurable = { ...known.configurable, ...(added.configurable as Record<string, unknown> | undefined) };
  for (const key of ["checkpoint_id", "checkpoint_ns", "checkpoint_map"]) delete configurable[key];
  return { ...known, ...added, configurable };
}

const threadBusy = (thread_id: string): TroupeError =>
  new TroupeError("thread_busy", `The thread "${thread_id}" has a run that has not ended.`, {
    hint: 'Wait for it, or send multitask_strategy: "enqueue", "interrupt" or "rollback".',
  });

const runActive = (run_id: string): TroupeError =>
  new TroupeError("run_active", `The run "${run_id}" has not ended.`, {
    hint: "Cancel it first: POST to its /cancel, with action=rollback to delete it too.",
  });
