import type { Database } from "./connection.ts";
import type { Signals } from "./signals.ts";

/** How long what another process committed may stay unheard. */
const intervalMs = 250;

/**
 * Wakes all listeners once another connection has changed the file, as while an old server drains and its successor is
 * up: signals reach one process only, and SQLite has none. Its counter of foreign commits costs 1 us to read. Answers how to stop.
 */
export function watchChanges(database: Database, signals: Signals): () => void {
  const read = () => database.prepare<{ data_version: number }>("PRAGMA data_version").get()!.data_version;
  let known = read();
  const timer = setInterval(() => {
    const before = known;
    try {
      known = read();
    } catch {
      // A disk that fails shows in what is asked of the file next.
    }
    if (known !== before) signals.emitAll();
  }, intervalMs).unref();
  return () => clearInterval(timer);
}
