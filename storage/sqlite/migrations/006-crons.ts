/** Crons: runs that start by a schedule. */
export const crons = `
  CREATE TABLE crons (
    cron_id TEXT PRIMARY KEY,
    assistant_id TEXT NOT NULL,
    thread_id TEXT,
    on_run_completed TEXT NOT NULL,
    end_time TEXT,
    schedule TEXT NOT NULL,
    timezone TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    payload TEXT NOT NULL,
    user_id TEXT,
    next_run_date TEXT,
    metadata TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    -- Who made it, as its runs' nodes learn of it. No client sees it.
    caller TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX crons_due ON crons (next_run_date) WHERE enabled AND next_run_date IS NOT NULL;
  CREATE INDEX crons_of_threads ON crons (thread_id) WHERE thread_id IS NOT NULL;
`;
