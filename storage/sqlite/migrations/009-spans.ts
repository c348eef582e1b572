/** What runs asked of models, tools and retrievers, where they are traced. */
export const spans = `
  CREATE TABLE spans (
    seq INTEGER PRIMARY KEY,
    thread_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    span TEXT NOT NULL
  ) STRICT;
  CREATE INDEX spans_of_threads ON spans (thread_id, seq);
`;
