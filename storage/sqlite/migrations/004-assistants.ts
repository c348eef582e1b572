/** The versions of assistants, the first of those that are there already included. */
export const assistants = `
  CREATE TABLE assistant_versions (
    assistant_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    graph_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    config TEXT NOT NULL,
    context TEXT,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (assistant_id, version)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO assistant_versions
    SELECT assistant_id, version, graph_id, name, description, config, context, metadata, created_at FROM assistants;
`;
