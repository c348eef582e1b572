/** What runs need for being cancelled, rolled back, delayed, and sent again with the same key. */
export const runs = `
  ALTER TABLE runs ADD COLUMN error TEXT;
  -- What a client asked of it while it ran: 'interrupt' or 'rollback'.
  ALTER TABLE runs ADD COLUMN cancel TEXT;
  ALTER TABLE runs ADD COLUMN idempotency_key TEXT;
  -- From when on it may start, in ms since 1970: its place in the queue. A pending run has it as its due_at, or none
  -- while another run of its thread is running.
  ALTER TABLE runs ADD COLUMN start_at INTEGER NOT NULL DEFAULT 0;
  UPDATE runs SET start_at = CAST(round(unixepoch(created_at, 'subsec') * 1000) AS INTEGER);
  -- How many attempts in a row ended without a word and committed nothing, and what had been committed when the last began.
  ALTER TABLE runs ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN committed TEXT NOT NULL DEFAULT '0';
  CREATE UNIQUE INDEX runs_by_key ON runs (idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE INDEX runs_active ON runs (thread_id, status, start_at) WHERE status IN ('pending', 'running');

  -- The status that a busy thread has again when none of its runs is left.
  ALTER TABLE threads ADD COLUMN settled TEXT NOT NULL DEFAULT 'idle';

  ALTER TABLE checkpoints ADD COLUMN run_id TEXT;
  UPDATE checkpoints SET run_id = metadata ->> 'run_id';
  -- What a run wrote in place of what another one had written, is kept until the end of the thread: to be rolled back.
  ALTER TABLE writes ADD COLUMN run_id TEXT;
  ALTER TABLE writes ADD COLUMN earlier_run_id TEXT;
  ALTER TABLE writes ADD COLUMN earlier_value ANY;
`;
