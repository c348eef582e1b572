import { TroupeError } from "../../errors.ts";
import type { Cron, CronQuery, CronStorage, FiredCron, MetadataFilters } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database, Parameter } from "./connection.ts";
import { isVisible, toContained } from "./contains.ts";
import { refuseDeep } from "./escape-plain.ts";
import type { Signals } from "./signals.ts";

/** A cron as its columns are. */
interface StoredCron extends Omit<Cron, "payload" | "metadata" | "enabled" | "caller"> {
  payload: string;
  metadata: string;
  enabled: number;
  caller: string | null;
}

const columns = `cron_id, assistant_id, thread_id, on_run_completed, end_time, schedule, timezone, created_at, updated_at,
  payload, user_id, next_run_date, metadata, enabled, caller`;
const isWaiting = "enabled AND next_run_date IS NOT NULL";
const cronsDue = "crons";

/** A query's names become part of the SQL only by way of these. */
const sortOrders = { asc: "ASC", desc: "DESC" };
const sortColumns = {
  cron_id: "cron_id",
  assistant_id: "assistant_id",
  thread_id: "thread_id",
  created_at: "created_at",
  updated_at: "updated_at",
  next_run_date: "next_run_date",
};

/** Crons in SQLite. */
export function createSqliteCrons(database: Database, commit: Commit, signals: Signals): CronStorage {
  const require = (cron_id: string, filters?: MetadataFilters): Cron => {
    const row = database.prepare<StoredCron>(`SELECT ${columns} FROM crons WHERE cron_id = ?`).get(cron_id);
    const cron = row && fromColumns(row);
    if (cron && isVisible(cron.metadata, filters)) return cron;
    throw new TroupeError("cron_not_found", `There is no cron "${cron_id}".`, {
      hint: "List the crons with POST /runs/crons/search.",
    });
  };

  const put = (cron: Cron): Cron => {
    const values = Object.values(toColumns(cron));
    database
      .prepare(`INSERT OR REPLACE INTO crons (${columns}) VALUES (${values.map(() => "?").join(", ")})`)
      .run(...values);
    return cron;
  };

  function count(query: CronQuery): number {
    const { where, parameters } = toConditions(query);
    return database.prepare<{ total: number }>(`SELECT count(*) total FROM crons WHERE ${where}`).get(...parameters)!
      .total;
  }

  async function change<Result>(work: () => Result): Promise<Result> {
    const result = await commit(work);
    signals.emit(cronsDue);
    return result;
  }

  return {
    create(cron) {
      refuseDeep(cron.metadata);
      const now = new Date().toISOString();
      return change(() => put({ ...cron, created_at: now, updated_at: now }));
    },

    get: async (cron_id, filters) => require(cron_id, filters),
    count: async (query) => count(query),

    async search({ limit, offset, sort_by, sort_order, ...query }) {
      const { where, parameters } = toConditions(query);
      const order = `${sortColumns[sort_by]} ${sortOrders[sort_order]}, cron_id`;
      const rows = database
        .prepare<StoredCron>(`SELECT ${columns} FROM crons WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
        .all(...parameters, limit, offset);
      return { rows: rows.map(fromColumns), total: count(query) };
    },

    update: (cron_id, changeOf, filters) =>
      change(() => {
        const cron = require(cron_id, filters);
        const changed = { ...cron, ...changeOf(cron), updated_at: new Date().toISOString() };
        refuseDeep(changed.metadata);
        return put(changed);
      }),

    async delete(cron_id, filters) {
      await change(() => {
        require(cron_id, filters);
        database.prepare("DELETE FROM crons WHERE cron_id = ?").run(cron_id);
      });
    },

    async listDue(now) {
      return database
        .prepare<StoredCron>(
          `SELECT ${columns} FROM crons WHERE ${isWaiting} AND next_run_date <= ? ORDER BY next_run_date LIMIT 100`,
        )
        .all(now.toISOString())
        .map(fromColumns);
    },

    async nextDue() {
      const { due } = database
        .prepare<{ due: string | null }>(`SELECT min(next_run_date) due FROM crons WHERE ${isWaiting}`)
        .get()!;
      return due === null ? undefined : Date.parse(due);
    },

    async skip(fired, enabled) {
      await change(() => {
        if (!moveOn(database, fired) || enabled) return;
        database.prepare("UPDATE crons SET enabled = 0 WHERE cron_id = ?").run(fired.cron_id);
      });
    },

    onDue: (listener) => signals.on(cronsDue, listener),
  };
}

/** Moves a cron past a due time. To be called in the transaction that makes its run; throws `claim_stale` when that is made. */
export function fireCron(database: Database, fired: FiredCron): void {
  if (moveOn(database, fired)) return;
  throw new TroupeError("claim_stale", `The run of the cron "${fired.cron_id}" for "${fired.due}" is made already.`, {
    hint: "Nothing is to be done: another process made it.",
  });
}

/** Answers `false` where that time has been dealt with. */
function moveOn(database: Database, { cron_id, due, next_run_date }: FiredCron): boolean {
  const changes = database
    .prepare("UPDATE crons SET next_run_date = ? WHERE cron_id = ? AND next_run_date = ? AND enabled")
    .run(next_run_date, cron_id, due);
  return changes === 1;
}

function toConditions({ assistant_id, thread_id, enabled, metadata = {}, filters }: CronQuery) {
  const conditions: [sql: string, parameter: Parameter][] = [];
  if (assistant_id !== undefined) conditions.push(["assistant_id = ?", assistant_id]);
  if (thread_id !== undefined) conditions.push(["thread_id = ?", thread_id]);
  if (enabled !== undefined) conditions.push(["enabled = ?", Number(enabled)]);
  for (const asked of [metadata, toContained(filters)]) {
    refuseDeep(asked);
    if (Object.keys(asked).length > 0) conditions.push(["json_contains(metadata, ?)", JSON.stringify(asked)]);
  }
  return {
    where: conditions.map(([sql]) => sql).join(" AND ") || "TRUE",
    parameters: conditions.map(([, parameter]) => parameter),
  };
}

function toColumns(cron: Cron): Record<string, Parameter> {
  const stored: Record<string, unknown> = {
    ...cron,
    payload: JSON.stringify(cron.payload),
    metadata: JSON.stringify(cron.metadata),
    enabled: Number(cron.enabled),
    caller: cron.caller && JSON.stringify(cron.caller),
  };
  return Object.fromEntries(columns.split(/,\s*/).map((name) => [name, stored[name] as Parameter]));
}

const fromColumns = (row: StoredCron): Cron => ({
  ...row,
  payload: JSON.parse(row.payload) as Cron["payload"],
  metadata: JSON.parse(row.metadata) as Cron["metadata"],
  enabled: row.enabled === 1,
  caller: row.caller === null ? null : (JSON.parse(row.caller) as Cron["caller"]),
});
