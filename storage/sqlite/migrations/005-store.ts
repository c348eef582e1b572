/** The store: what graphs keep between threads. An item's place is its namespace's labels with a colon between them. */
export const store = `
  CREATE TABLE items (
    -- The order of creation, in which items are listed.
    number INTEGER PRIMARY KEY,
    place TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- Minutes, or NULL for an item that stays.
    ttl REAL,
    -- In ms since 1970.
    expires_at INTEGER,
    UNIQUE (place, key)
  ) STRICT;
  CREATE INDEX items_expiring ON items (expires_at) WHERE expires_at IS NOT NULL;

  -- The embedding of one text of an item, for exact search.
  CREATE TABLE item_vectors (
    number INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
    path TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (number, path)
  ) STRICT, WITHOUT ROWID;
`;
