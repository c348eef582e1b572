/** Webhooks that have not been delivered, written in the commit that ends their run. */
export const webhooks = `
  CREATE TABLE webhooks (
    webhook_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    -- NULL for a thread that goes with its run: the webhook outlives it.
    thread_id TEXT,
    url TEXT NOT NULL,
    payload TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    -- In ms since 1970: when it is tried next, which while it is tried is when that has taken too long. Of one that
    -- has failed, when it is forgotten.
    due_at INTEGER NOT NULL,
    failure TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX webhooks_due ON webhooks (due_at);
  CREATE INDEX webhooks_of_threads ON webhooks (thread_id) WHERE thread_id IS NOT NULL;
`;
