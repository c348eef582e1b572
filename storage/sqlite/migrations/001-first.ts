/** The first tables: assistants, threads, runs with their events, checkpoints. */
export const first = `
  CREATE TABLE assistants (
    assistant_id TEXT PRIMARY KEY,
    graph_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    config TEXT NOT NULL,
    context TEXT,
    metadata TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE threads (
    thread_id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    metadata TEXT NOT NULL,
    -- 'busy' if and only if a run of the thread is pending or running.
    status TEXT NOT NULL,
    error TEXT,
    temporary INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX temporary_threads ON threads (thread_id) WHERE temporary;

  CREATE TABLE runs (
    -- The order of creation, and so the place in the queue.
    number INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL,
    assistant_id TEXT NOT NULL,
    graph_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    status TEXT NOT NULL,
    metadata TEXT NOT NULL,
    multitask_strategy TEXT NOT NULL,
    kwargs TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    worker_id TEXT,
    -- From when on, in ms since 1970, the run may be claimed: when it was created, or when its lease ends.
    -- NULL while an earlier run of its thread has not ended, and after its own end.
    due_at INTEGER
  ) STRICT;
  CREATE INDEX runs_of_threads ON runs (thread_id, number);
  CREATE INDEX runs_due ON runs (due_at, number) WHERE due_at IS NOT NULL;

  CREATE TABLE events (
    run_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE checkpoints (
    thread_id TEXT NOT NULL,
    checkpoint_ns TEXT NOT NULL,
    checkpoint_id TEXT NOT NULL,
    parent_checkpoint_id TEXT,
    metadata TEXT NOT NULL,
    -- Without its channel values.
    checkpoint TEXT NOT NULL,
    PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id)
  ) STRICT, WITHOUT ROWID;

  -- A channel's value at a version: JSON as text, bytes as a blob. A list has keep and stride, see lists.ts.
  CREATE TABLE channels (
    thread_id TEXT NOT NULL,
    checkpoint_ns TEXT NOT NULL,
    channel TEXT NOT NULL,
    version ANY NOT NULL,
    base ANY,
    keep INTEGER,
    stride INTEGER,
    value ANY NOT NULL,
    PRIMARY KEY (thread_id, checkpoint_ns, channel, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE writes (
    thread_id TEXT NOT NULL,
    checkpoint_ns TEXT NOT NULL,
    checkpoint_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    task_path TEXT NOT NULL,
    channel TEXT NOT NULL,
    value ANY NOT NULL,
    PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id, task_id, idx)
  ) STRICT, WITHOUT ROWID;
`;
