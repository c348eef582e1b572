import type { Config, Metadata, ThreadStatus } from "@langchain/langgraph-sdk";
import type { MetadataFilters } from "./filters.ts";
import type { Page } from "./page.ts";

/** A thread as it is stored. Its `values` and `interrupts` are read from its latest checkpoint, never kept twice. */
export interface ThreadRow {
  thread_id: string;
  /** ISO 8601, UTC, as every time here. */
  created_at: string;
  updated_at: string;
  /** When a run or a person last changed its state. */
  state_updated_at: string;
  metadata: NonNullable<Metadata>;
  /** What the last runs were configured with, which later ones inherit; never a checkpoint. */
  config: Config;
  status: ThreadStatus;
  /** What ended the last run, as on the wire, or null. */
  error: { error: string; message: string } | null;
  ttl: (ThreadTtl & { expires_at: string }) | null;
}

/** How long a thread is kept after its last change, and what becomes of it then. */
export interface ThreadTtl {
  strategy: PruneStrategy;
  ttl_minutes: number;
}

/** `delete` takes the whole thread, `keep_latest` all but its latest state. */
export type PruneStrategy = "delete" | "keep_latest";

export interface NewThread {
  thread_id: string;
  metadata: NonNullable<Metadata>;
  ttl?: ThreadTtl;
}

export interface ThreadQuery {
  ids?: string[];
  status?: ThreadStatus;
  /** What a row's metadata, or the values of its latest checkpoint, must contain, as `@>` of PostgreSQL has it. */
  metadata?: Record<string, unknown>;
  values?: Record<string, unknown>;
  filters?: MetadataFilters;
}

export interface ThreadSearch extends ThreadQuery {
  limit: number;
  offset: number;
  sort_by: "thread_id" | "status" | "created_at" | "updated_at" | "state_updated_at";
  sort_order: "asc" | "desc";
}

/** A thread that `filters` hide is for every method one that is not there. */
export interface ThreadStorage {
  /** Throws `thread_exists` unless `if_exists` is `"do_nothing"`, and for a thread that `filters` hide. */
  create(
    thread: NewThread,
    options: { if_exists: "raise" | "do_nothing"; filters?: MetadataFilters },
  ): Promise<ThreadRow>;
  /** Throws `thread_not_found`. */
  get(thread_id: string, filters?: MetadataFilters): Promise<ThreadRow>;
  search(query: ThreadSearch): Promise<Page<ThreadRow>>;
  count(query: ThreadQuery): Promise<number>;
  /** Merges into `metadata`, its first level only. Throws `thread_not_found`. */
  update(
    thread_id: string,
    change: { metadata?: NonNullable<Metadata>; ttl?: ThreadTtl },
    filters?: MetadataFilters,
  ): Promise<ThreadRow>;
  /** Notes that a person changed the state. A thread that a run has taken up meanwhile keeps its status. */
  stateUpdated(thread_id: string, status: "idle" | "interrupted"): Promise<void>;
  /** With the checkpoints of the other thread, its metadata, config and ttl, but none of its runs. Throws `thread_not_found`. */
  copy(thread_id: string, to: { thread_id: string; metadata: NonNullable<Metadata> }): Promise<ThreadRow>;
  /**
   * With its runs, events and checkpoints, so that no deleted byte stays in the files; those of a temporary thread may
   * stay until the next deletion or close. Throws `thread_not_found`.
   */
  delete(thread_id: string, filters?: MetadataFilters): Promise<void>;
  /**
   * Deletes a thread, or of it all but the latest checkpoint of each namespace with what it needs, and the events of its
   * last run. Answers `false`, having done nothing, where the thread is not there, or is busy and only to be pruned.
   */
  prune(thread_id: string, strategy: PruneStrategy, filters?: MetadataFilters): Promise<boolean>;
  /** Prunes by their own strategy the threads whose time is over, never a busy one, and gives what is free back to the disk. */
  sweep(now?: Date): Promise<{ deleted: number; pruned: number }>;
  /** Deletes the temporary threads whose runs have ended: those that a killed server could not delete. Answers how many. */
  deleteTemporary(): Promise<number>;
}
