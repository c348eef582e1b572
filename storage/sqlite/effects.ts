import type { Claim, Effect, EffectStorage, NewEffect } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database, Parameter } from "./connection.ts";
import { checkClaim } from "./fence.ts";

/** The row as this execution left it: neither finished nor started again. */
const unchanged =
  "thread_id = ? AND key = ? AND run_id = ? AND attempt = ? AND started_at = ? AND status != 'finished'";
const identify = ({ thread_id, key, run_id, attempt, started_at }: NewEffect) =>
  [thread_id, key, run_id, attempt, started_at] as const;

/** Side effects in SQLite: answers the storage for a claim, or for work that has none. */
export function createSqliteEffects(database: Database, commit: Commit): (claim?: Claim) => EffectStorage {
  const performing = new Map<string, Promise<string | null>>();
  const find = ({ thread_id, key }: NewEffect) =>
    database.prepare<Effect>("SELECT * FROM effects WHERE thread_id = ? AND key = ?").get(thread_id, key);

  const change = (effect: NewEffect, assignments: string, ...parameters: Parameter[]) =>
    commit(() => {
      const update = database.prepare(`UPDATE effects SET ${assignments} WHERE ${unchanged}`);
      return update.run(...parameters, ...identify(effect)) > 0;
    });

  return (claim) => ({
    performing,

    begin(effect, known) {
      return commit(() => {
        if (claim) checkClaim(database, claim);
        const { run_id, attempt, started_at } = effect;
        const started = known
          ? database
              .prepare(
                `UPDATE effects SET status = 'started', run_id = ?, attempt = ?, started_at = ? WHERE ${unchanged}`,
              )
              .run(run_id, attempt, started_at, ...identify(known))
          : database
              .prepare(
                `INSERT INTO effects (thread_id, key, run_id, attempt, started_at, status, asks)
                 VALUES (?, ?, ?, ?, ?, 'started', 0) ON CONFLICT DO NOTHING`,
              )
              .run(...identify(effect));
        return started === 0 ? find(effect) : undefined;
      });
    },

    finish: (effect, result) => change(effect, "status = 'finished', result = ?", result),
    ask: (effect, task, asks) => change(effect, "status = 'asked', task = ?, asks = ?", task, asks),

    async forget(effect) {
      await commit(() => database.prepare(`DELETE FROM effects WHERE ${unchanged}`).run(...identify(effect)));
    },
  });
}
