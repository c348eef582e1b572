/** Side effects that happened once. */
export const effects = `
  CREATE TABLE effects (
    thread_id TEXT NOT NULL,
    key TEXT NOT NULL,
    run_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    status TEXT NOT NULL,
    result TEXT,
    task TEXT,
    asks INTEGER NOT NULL,
    PRIMARY KEY (thread_id, key)
  ) STRICT, WITHOUT ROWID;
`;
