import { setImmediate as nextTurn } from "node:timers/promises";
import type { ThreadQuery, ThreadStorage } from "../storage.ts";
import { isEncoded, readChannels, type Version } from "./channels.ts";
import { findCheckpoint } from "./checkpoints.ts";
import type { Database, Parameter } from "./connection.ts";
import { contains, toContained } from "./contains.ts";
import { refuseDeep } from "./escape-plain.ts";
import { toPairs } from "./thread-metadata.ts";
import { type StoredThread, threadColumns, toThread } from "./thread-rows.ts";

/** A query's names become part of the SQL only by way of these. All but `status` and `state_updated_at` have an index in this order. */
const orders = {
  thread_id: (order: string) => `thread_id ${order}`,
  status: (order: string) => `status ${order}, created_at ${order}, thread_id ${order}`,
  created_at: (order: string) => `created_at ${order}, thread_id ${order}`,
  updated_at: (order: string) => `updated_at ${order}, thread_id ${order}`,
  state_updated_at: (order: string) => `state_updated_at ${order}, thread_id ${order}`,
};
/** As words: SQLite takes a partial index only for what stands in the statement. */
const statuses = {
  idle: "status = 'idle'",
  busy: "status = 'busy'",
  interrupted: "status = 'interrupted'",
  error: "status = 'error'",
};
const sortOrders = { asc: "ASC", desc: "DESC" };

/** Up to so many rows are looked up one by one and sorted; more are met soon enough on the way along an index. */
const few = 2_000;

/** How many rows' values are read before others get a turn. */
const readAtOnce = 200;

interface Conditions {
  where: string;
  parameters: Parameter[];
  /** One pair of metadata is all that is asked for, so that its index alone can be counted. */
  onlyPair: boolean;
}

/** The search for threads in SQLite. */
export function createThreadSearch(database: Database): Pick<ThreadStorage, "search" | "count"> {
  function count({ where, parameters, onlyPair }: Conditions): number {
    const sql = onlyPair
      ? "SELECT count(*) total FROM thread_metadata WHERE pair = ?"
      : `SELECT count(*) total FROM threads WHERE ${where}`;
    return database.prepare<{ total: number }>(sql).get(...parameters)!.total;
  }

  /** The ids of the rows whose values match, which are in their channels only. */
  async function filterByValues(thread_ids: string[], values: Record<string, unknown>): Promise<string[]> {
    const matching: string[] = [];
    for (const [index, thread_id] of thread_ids.entries()) {
      if (index % readAtOnce === readAtOnce - 1) await nextTurn();
      if (hasValues(database, thread_id, values)) matching.push(thread_id);
    }
    return matching;
  }

  return {
    async search({ limit, offset, sort_by, sort_order, ...query }) {
      const conditions = toConditions(database, query);
      const { where, parameters } = conditions;
      const order = orders[sort_by](sortOrders[sort_order]);
      const select = (what: string) => `SELECT ${what} FROM threads WHERE ${where} ORDER BY ${order}`;
      if (!query.values) {
        const rows = database
          .prepare<StoredThread>(`${select(threadColumns)} LIMIT ? OFFSET ?`)
          .all(...parameters, limit, offset);
        return { rows: rows.map(toThread), total: count(conditions) };
      }
      const candidates = database.prepare<{ thread_id: string }>(select("thread_id")).all(...parameters);
      const thread_ids = candidates.map(({ thread_id }) => thread_id);
      const matching = await filterByValues(thread_ids, query.values);
      const read = database.prepare<StoredThread>(`SELECT ${threadColumns} FROM threads WHERE thread_id = ?`);
      const page = matching.slice(offset, offset + limit).map((thread_id) => read.get(thread_id));
      return { rows: page.filter((row) => row !== undefined).map(toThread), total: matching.length };
    },

    async count(query) {
      const conditions = toConditions(database, query);
      if (!query.values) return count(conditions);
      const rows = database
        .prepare<{ thread_id: string }>(`SELECT thread_id FROM threads WHERE ${conditions.where}`)
        .all(...conditions.parameters);
      const thread_ids = rows.map(({ thread_id }) => thread_id);
      return (await filterByValues(thread_ids, query.values)).length;
    },
  };
}

function toConditions(database: Database, { ids, status, metadata, filters }: ThreadQuery): Conditions {
  const conditions: [sql: string, ...parameters: Parameter[]][] = [];
  if (ids) conditions.push(["thread_id IN (SELECT value FROM json_each(?))", JSON.stringify(ids)]);
  if (status) conditions.push([statuses[status]]);
  let pairCount = 0;
  for (const asked of [metadata ?? {}, toContained(filters)]) {
    refuseDeep(asked);
    const { pairs, complete } = toPairs(asked);
    pairCount += pairs.length;
    for (const pair of pairs) conditions.push([hasPair(database, pair), pair]);
    if (!complete) conditions.push(["json_contains(metadata, ?)", JSON.stringify(asked)]);
  }
  return {
    where: conditions.map(([sql]) => sql).join(" AND ") || "TRUE",
    parameters: conditions.flatMap(([, ...parameters]) => parameters),
    onlyPair: pairCount === 1 && conditions.length === 1,
  };
}

/** A rare pair leads to its threads; a common one is looked for on each thread that is met. SQLite keeps no such counts. */
function hasPair(database: Database, pair: string): string {
  const { found } = database
    .prepare<{ found: number }>(
      `SELECT count(*) found FROM (SELECT 1 FROM thread_metadata WHERE pair = ? LIMIT ${few + 1})`,
    )
    .get(pair)!;
  return found <= few
    ? "thread_id IN (SELECT thread_id FROM thread_metadata WHERE pair = ?)"
    : "EXISTS (SELECT 1 FROM thread_metadata has WHERE has.pair = ? AND has.thread_id = threads.thread_id)";
}

/** Whether the latest values of a thread hold those; only the channels that are asked for are read. */
function hasValues(database: Database, thread_id: string, asked: Record<string, unknown>): boolean {
  const place = { thread_id, checkpoint_ns: "" };
  const row = findCheckpoint(database, place);
  if (!row) return Object.keys(asked).length === 0;
  const { channel_versions } = JSON.parse(row.checkpoint) as { channel_versions: Record<string, Version> };
  const versions = Object.entries(channel_versions).filter(([channel]) => Object.hasOwn(asked, channel));
  const values = readChannels(database, place, Object.fromEntries(versions));
  return Object.entries(asked).every(([channel, value]) => {
    const held = values.get(channel);
    if (held === undefined || held instanceof Uint8Array) return false;
    return contains(readPlain(isEncoded(held) ? held : `[${held.elements.join(",")}]`), value);
  });
}

/** JSON of a channel with LangChain's objects as their fields, such as the content of a message. */
const readPlain = (json: string): unknown =>
  JSON.parse(json, (_, value: { lc?: unknown; kwargs?: unknown } | null) =>
    value?.lc === 1 && typeof value.kwargs === "object" ? value.kwargs : value,
  );
