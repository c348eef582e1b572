import type { Storage } from "../storage.ts";
import { createSqliteAssistants } from "./assistants.ts";
import { createCommit } from "./commits.ts";
import { openDatabase } from "./connection.ts";
import { createSqliteEffects } from "./effects.ts";
import { createSqliteEvents } from "./events.ts";
import { createSqliteRuns } from "./runs.ts";
import { SqliteSaver } from "./saver.ts";
import { migrations } from "./schema.ts";
import { createSignals } from "./signals.ts";
import { compact, measureSize, measureWhole } from "./storage-size.ts";
import { createSqliteThreads } from "./threads.ts";

/**
 * Opens the embedded storage in one file, made where it is missing. Several processes may open the same file; signals
 * reach only listeners of the same call's storage. Throws `storage_failed` or `storage_full`.
 */
export async function openSqliteStorage({ path }: { path: string }): Promise<Storage> {
  const database = openDatabase(path, migrations);
  const { commit, flush } = createCommit(database);
  const signals = createSignals();
  return {
    assistants: createSqliteAssistants(database, commit),
    threads: createSqliteThreads(database, commit, signals),
    runs: createSqliteRuns(database, commit, signals),
    events: createSqliteEvents(database, commit, signals),
    checkpointer: new SqliteSaver(database, commit),
    checkpointerFor: (claim) => new SqliteSaver(database, commit, claim),
    effectsFor: createSqliteEffects(database, commit),
    size: async () => measureSize(database),
    wholeSize: async () => measureWhole(database),
    compact: async () => compact(database),
    async close() {
      flush();
      database.close();
    },
  };
}
