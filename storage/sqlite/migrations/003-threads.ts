const json = (of: string) => `iif(${of}.type IN ('true', 'false'), ${of}.type, json_quote(${of}.atom))`;

/** What threads need for search, configuration and their end of life. */
export const threads = `
  ALTER TABLE threads ADD COLUMN config TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE threads ADD COLUMN state_updated_at TEXT NOT NULL DEFAULT '';
  UPDATE threads SET state_updated_at = updated_at;

  ALTER TABLE threads ADD COLUMN ttl_minutes REAL;
  ALTER TABLE threads ADD COLUMN ttl_strategy TEXT;
  -- The updated_at with which it was pruned: what did not change since is not pruned again.
  ALTER TABLE threads ADD COLUMN pruned_at TEXT;
  -- In ms since 1970. It moves with each change of the thread.
  ALTER TABLE threads ADD COLUMN expires_at INTEGER AS (
    CASE WHEN pruned_at IS NOT updated_at
    THEN CAST(round((unixepoch(updated_at, 'subsec') + ttl_minutes * 60) * 1000) AS INTEGER) END
  ) VIRTUAL;
  CREATE INDEX threads_expiring ON threads (expires_at) WHERE ttl_minutes IS NOT NULL;

  CREATE INDEX threads_created ON threads (created_at);
  CREATE INDEX threads_updated ON threads (updated_at);
  -- Of the two statuses that somebody looks after. Every run makes a thread busy and idle again: an index of these, or of
  -- state_updated_at, would cost each run an eighth of the pages that it writes.
  CREATE INDEX threads_waiting ON threads (status, created_at) WHERE status IN ('interrupted', 'error');

  -- The metadata by its pairs of key and value, see thread-metadata.ts.
  CREATE TABLE thread_metadata (
    pair TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    PRIMARY KEY (pair, thread_id)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO thread_metadata
    SELECT json_quote(own.key) || ':' || ${json("own")} AS pair, thread_id FROM threads, json_each(metadata) own
    WHERE own.type NOT IN ('object', 'array') AND length(pair) <= 256;
  INSERT OR IGNORE INTO thread_metadata
    SELECT json_quote(own.key) || ':[' || ${json("element")} || ']' AS pair, thread_id
    FROM threads, json_each(metadata) own, json_each(own.value) element
    WHERE own.type = 'array' AND element.type NOT IN ('object', 'array') AND length(pair) <= 256;
`;
