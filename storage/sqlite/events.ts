import { mostCharacters } from "../port/events.ts";
import type { EventStorage, NewEvent, RunEvent } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { checkClaim } from "./fence.ts";
import { emitRun, type Signals } from "./signals.ts";

/** Events of runs in SQLite. */
export function createSqliteEvents(database: Database, commit: Commit, signals: Signals): EventStorage {
  return {
    async append(claim, events) {
      if (events.length === 0) return;
      await commit(() => {
        checkClaim(database, claim);
        insertEvents(database, claim.run_id, events);
      });
      emitRun(signals, claim);
    },

    async list(run_id, { after, limit }) {
      const rows = database.prepare<RunEvent>(
        "SELECT run_id, seq, event, data FROM events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?",
      );
      const events: RunEvent[] = [];
      let size = 0;
      for (const row of rows.iterate(run_id, after, limit)) {
        events.push(row);
        size += row.data.length;
        if (size >= mostCharacters) break;
      }
      return events;
    },

    async lastOfEach(run_id) {
      return database
        .prepare<RunEvent>("SELECT run_id, max(seq) AS seq, event, data FROM events WHERE run_id = ? GROUP BY event")
        .all(run_id);
    },

    subscribe: (id, listener) => signals.on(id, listener),
  };
}

/** Inserts events behind the last one of a run. To be called in the transaction that holds the run's claim. */
export function insertEvents(database: Database, run_id: string, events: readonly NewEvent[]): void {
  if (events.length === 0) return;
  const { last } = database
    .prepare<{ last: number | null }>("SELECT max(seq) last FROM events WHERE run_id = ?")
    .get(run_id)!;
  const insert = database.prepare("INSERT INTO events (run_id, seq, event, data) VALUES (?, ?, ?, ?)");
  let seq = last ?? -1;
  for (const { event, data } of events) insert.run(run_id, ++seq, event, data);
}
