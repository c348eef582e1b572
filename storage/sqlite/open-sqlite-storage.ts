import type { Storage, StoreSettings, ThreadTtl } from "../storage.ts";
import { createSqliteAssistants } from "./assistants.ts";
import { createCommit } from "./commits.ts";
import { openDatabase } from "./connection.ts";
import { createSqliteCrons } from "./crons.ts";
import { createSqliteEffects } from "./effects.ts";
import { createSqliteEvents } from "./events.ts";
import { createSqliteRuns } from "./runs.ts";
import { SqliteSaver } from "./saver.ts";
import { migrations } from "./schema.ts";
import { createSignals } from "./signals.ts";
import { createSqliteSpans } from "./spans.ts";
import { measureSize, measureWhole, reclaim } from "./storage-size.ts";
import { SqliteStore } from "./store.ts";
import { createSqliteThreads } from "./threads.ts";
import { watchChanges } from "./watch-changes.ts";
import { createSqliteWebhooks } from "./webhooks.ts";

/**
 * Opens the embedded storage in one file, made where it is missing. Several processes may open the same file: what one
 * commits the listeners of another hear within 250 ms. `ttl` is that of new threads which name none of their own. Throws
 * `storage_failed` or `storage_full`.
 */
export async function openSqliteStorage({
  path,
  ttl,
  store,
}: {
  path: string;
  ttl?: ThreadTtl;
  store?: StoreSettings;
}): Promise<Storage> {
  const database = openDatabase(path, migrations);
  const { commit, flush } = createCommit(database);
  const signals = createSignals();
  const stopWatching = watchChanges(database, signals);
  return {
    assistants: createSqliteAssistants(database, commit),
    threads: createSqliteThreads(database, commit, signals, ttl),
    runs: createSqliteRuns(database, commit, signals, ttl),
    events: createSqliteEvents(database, commit, signals),
    spans: createSqliteSpans(database, commit),
    crons: createSqliteCrons(database, commit, signals),
    webhooks: createSqliteWebhooks(database, commit, signals),
    checkpointer: new SqliteSaver(database, commit),
    checkpointerFor: (claim, options) => new SqliteSaver(database, commit, { ...options, claim, signals }),
    store: new SqliteStore(database, commit, store),
    effectsFor: createSqliteEffects(database, commit),
    size: async () => measureSize(database),
    wholeSize: async () => measureWhole(database),
    compact: () => reclaim(database),
    async close() {
      stopWatching();
      flush();
      database.close();
    },
  };
}
