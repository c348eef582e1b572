import { mostCharacters } from "../port/events.ts";
import type { CallSpan, SpanStorage, StoredSpan } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { checkClaim } from "./fence.ts";

/** Calls of traced runs in SQLite. */
export function createSqliteSpans(database: Database, commit: Commit): SpanStorage {
  return {
    async append(claim, spans) {
      const { thread_id, run_id, attempt } = claim;
      await commit(() => {
        checkClaim(database, claim);
        const insert = database.prepare("INSERT INTO spans (thread_id, run_id, attempt, span) VALUES (?, ?, ?, ?)");
        for (const span of spans) insert.run(thread_id, run_id, attempt, JSON.stringify(span));
      });
    },

    async list(thread_id, { after, limit }) {
      const rows = database.prepare<{ seq: number; run_id: string; attempt: number; span: string }>(
        "SELECT seq, run_id, attempt, span FROM spans WHERE thread_id = ? AND seq > ? ORDER BY seq LIMIT ?",
      );
      const spans: StoredSpan[] = [];
      let size = 0;
      for (const { span, ...place } of rows.iterate(thread_id, after, limit)) {
        spans.push({ ...(JSON.parse(span) as CallSpan), ...place });
        size += span.length;
        if (size >= mostCharacters) break;
      }
      return spans;
    },
  };
}
