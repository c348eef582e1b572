import { randomUUID } from "node:crypto";
import type { RunOutcome, Webhook, WebhookStorage } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { runColumns, type StoredRun, toRun } from "./run-rows.ts";
import type { Signals } from "./signals.ts";

/** The topic of webhooks that are due. */
export const webhooksDue = "webhooks";

const keptMs = 7 * 24 * 3600 * 1000;
const columns = "webhook_id, run_id, url, payload, attempt";

/** Webhooks in SQLite. */
export function createSqliteWebhooks(database: Database, commit: Commit, signals: Signals): WebhookStorage {
  const nextDue = () =>
    database.prepare<{ due_at: number | null }>("SELECT min(due_at) due_at FROM webhooks").get()!.due_at ?? undefined;

  return {
    async claim(lease_ms) {
      // A look without a lock: mostly there is none.
      if ((nextDue() ?? Infinity) > Date.now()) return undefined;
      return commit(() => {
        const now = Date.now();
        database.prepare("DELETE FROM webhooks WHERE due_at <= ? AND failure IS NOT NULL").run(now);
        return database
          .prepare<Webhook>(
            `UPDATE webhooks SET attempt = attempt + 1, due_at = ? WHERE webhook_id =
               (SELECT webhook_id FROM webhooks WHERE due_at <= ? ORDER BY due_at LIMIT 1) RETURNING ${columns}`,
          )
          .get(now + lease_ms, now);
      });
    },

    async settle({ webhook_id, attempt }, outcome) {
      await commit(() => {
        const where = "WHERE webhook_id = ? AND attempt = ?";
        if ("delivered" in outcome) {
          database.prepare(`DELETE FROM webhooks ${where}`).run(webhook_id, attempt);
          return;
        }
        const [due_at, failure] =
          "retry_at" in outcome ? [outcome.retry_at, null] : [Date.now() + keptMs, outcome.failure];
        database
          .prepare(`UPDATE webhooks SET due_at = ?, failure = ? ${where}`)
          .run(due_at, failure, webhook_id, attempt);
      });
      signals.emit(webhooksDue);
    },

    nextDue: async () => nextDue(),
    onDue: (listener) => signals.on(webhooksDue, listener),
  };
}

/**
 * Writes down whom to tell of a run, where it asked for that, once its row says how it ended. `end` is missing for one that
 * never began. To be called in the transaction of the run's end; `webhooksDue` is to be emitted after it.
 */
export function insertWebhook(database: Database, run_id: string, end?: RunOutcome["webhook"]): void {
  const run = toRun(database.prepare<StoredRun>(`SELECT ${runColumns} FROM runs WHERE run_id = ?`).get(run_id)!);
  const { webhook, temporary } = run.kwargs;
  if (typeof webhook !== "string") return;
  const payload = {
    ...run,
    kwargs: withoutCaller(run.kwargs),
    run_started_at: end?.started_at ?? null,
    run_ended_at: run.updated_at,
    values: end ? (JSON.parse(end.values) as unknown) : null,
    error: run.error?.message,
  };
  database
    .prepare(`INSERT INTO webhooks (${columns}, thread_id, due_at) VALUES (?, ?, ?, ?, 0, ?, ?)`)
    .run(`msg_${randomUUID()}`, run_id, webhook, JSON.stringify(payload), temporary ? null : run.thread_id, Date.now());
}

/** Who asked for the run, and the headers of the request, are not for whoever is told of its end. */
function withoutCaller(kwargs: Record<string, unknown>): Record<string, unknown> {
  const { config } = kwargs as { config?: { configurable?: object } };
  const kept = Object.entries(config?.configurable ?? {}).filter(
    ([key]) => !/^(langgraph_auth_|x-|user-agent$)/.test(key),
  );
  return { ...kwargs, config: { ...config, configurable: Object.fromEntries(kept) } };
}
