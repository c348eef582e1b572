import type { Metadata, ThreadStatus } from "@langchain/langgraph-sdk";

/** A thread as it is stored. Its `values` and `interrupts` are read from its latest checkpoint, never kept twice. */
export interface ThreadRow {
  thread_id: string;
  /** ISO 8601, UTC, as every time here. */
  created_at: string;
  updated_at: string;
  metadata: NonNullable<Metadata>;
  status: ThreadStatus;
  /** What ended the last run, as on the wire, or null. */
  error: { error: string; message: string } | null;
}

export interface ThreadStorage {
  /** Throws `thread_exists` unless `if_exists` is `"do_nothing"`. */
  create(
    thread: { thread_id: string; metadata: NonNullable<Metadata> },
    options: { if_exists: "raise" | "do_nothing" },
  ): Promise<ThreadRow>;
  /** Throws `thread_not_found`. */
  get(thread_id: string): Promise<ThreadRow>;
  /** Shallow merge into `metadata`. Throws `thread_not_found`. */
  update(thread_id: string, change: { metadata: NonNullable<Metadata> }): Promise<ThreadRow>;
  /**
   * With its runs, events and checkpoints, so that no deleted byte stays in the files; those of a temporary thread may
   * stay until the next deletion or close. Throws `thread_not_found`.
   */
  delete(thread_id: string): Promise<void>;
  /** Deletes the temporary threads whose runs have ended: those that a killed server could not delete. Answers how many. */
  deleteTemporary(): Promise<number>;
}
