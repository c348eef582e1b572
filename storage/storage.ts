import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import type { Assistant, Metadata, ThreadStatus, Run as WireRun } from "@langchain/langgraph-sdk";

export type RunStatus = WireRun["status"];
export type MultitaskStrategy = NonNullable<WireRun["multitask_strategy"]>;

/**
 * The one door to what the server keeps: assistants, threads, runs, their events and checkpoints.
 * Rows carry the wire's field names. Every method may throw `TroupeError`; none retries by itself.
 * A promise resolves only once its change is committed. Who opens a storage closes it.
 */
export interface Storage {
  readonly assistants: AssistantStorage;
  readonly threads: ThreadStorage;
  readonly runs: RunStorage;
  readonly events: EventStorage;
  /** The saver for work outside a run: reading state, updating it by hand. */
  readonly checkpointer: BaseCheckpointSaver;
  /** The saver of one claimed run: stamps its `run_id` into metadata and throws `claim_stale` once a later attempt holds the run. */
  checkpointerFor(claim: Claim): BaseCheckpointSaver;
  close(): Promise<void>;
}

/** The right to execute a run, held by one worker until `finish`, `release` or the lease's end. Every write it makes carries it. */
export interface Claim {
  run_id: string;
  thread_id: string;
  /** 1 for the first execution; each later claim of the same run adds one. */
  attempt: number;
}

export interface AssistantStorage {
  /** Inserts, or with `if_exists: "do_nothing"` returns the row that is there. */
  create(assistant: Assistant, options: { if_exists: "raise" | "do_nothing" }): Promise<Assistant>;
  /** Throws `assistant_not_found`. */
  get(assistant_id: string): Promise<Assistant>;
  search(query: AssistantQuery): Promise<Page<Assistant>>;
}

export interface AssistantQuery {
  graph_id?: string;
  name?: string;
  metadata?: Metadata;
  limit: number;
  offset: number;
  sort_by: "assistant_id" | "graph_id" | "created_at" | "updated_at" | "name";
  sort_order: "asc" | "desc";
}

export interface Page<Row> {
  rows: Row[];
  /** How many rows match without `limit` and `offset`. */
  total: number;
}

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

/** What the client asked of a run: the request body, checked and with defaults, as the worker needs it. */
export type RunKwargs = Record<string, unknown>;

export interface Run extends WireRun {
  graph_id: string;
  multitask_strategy: MultitaskStrategy;
  metadata: NonNullable<Metadata>;
  kwargs: RunKwargs;
  attempt: number;
}

export interface RunStorage {
  /**
   * Commits the run as `pending` and marks its thread `busy`. Throws `thread_not_found` (unless
   * `if_not_exists` is `"create"`), and `thread_busy` when the strategy is `"reject"` and the thread
   * has a pending or running run. For a worker with time to spare a run that may start is claimed in the same
   * commit and comes back `running`; one that has to wait behind another of its thread stays `pending`.
   */
  create(run: NewRun, worker?: RunWorker): Promise<Run>;
  /** Throws `run_not_found`, also when the run belongs to another thread. */
  get(run_id: string, thread_id?: string): Promise<Run>;
  /** Newest first. */
  list(query: { thread_id: string; status?: RunStatus; limit: number; offset: number }): Promise<Page<Run>>;
  /**
   * Takes the oldest run that may start: pending, or running with its lease over; never one whose thread
   * has another running run. Sets it `running`, adds one to `attempt`, holds it for `lease_ms`.
   */
  claim(worker: RunWorker): Promise<Run | undefined>;
  /** Extends the lease. Throws `claim_stale`. */
  renew(claim: Claim, lease_ms: number): Promise<void>;
  /**
   * Commits the last events, the run's final status and its thread's, at once. The thread stays `busy` when another
   * of its runs is waiting, which may start now. Throws `claim_stale`.
   */
  finish(claim: Claim, outcome: RunOutcome): Promise<void>;
  /** Puts the run back as `pending`, its attempt kept. Throws `claim_stale`. */
  release(claim: Claim): Promise<void>;
  /** Ends the leases of workers that are gone, as after a kill, so that their runs can be claimed at once. Answers how many. */
  expireLeases(isGone: (worker_id: string) => boolean): Promise<number>;
  /** Calls back, with no promise of how often, when a run may have become claimable in this process. */
  onClaimable(listener: () => void): Unsubscribe;
}

/** Who executes runs, and for how long a claim holds without being renewed. */
export interface RunWorker {
  worker_id: string;
  lease_ms: number;
}

export interface NewRun {
  run_id: string;
  thread_id: string;
  assistant_id: string;
  graph_id: string;
  metadata: NonNullable<Metadata>;
  kwargs: RunKwargs;
  multitask_strategy: MultitaskStrategy;
  if_not_exists: "create" | "reject";
  /** Merged into the metadata of its thread, or that of the thread it creates. */
  thread_metadata?: NonNullable<Metadata>;
  /** Marks the thread that this run creates as made for it alone: `deleteTemporary` finds it once the run has ended. */
  temporary?: boolean;
}

export interface RunOutcome {
  status: Exclude<RunStatus, "pending" | "running">;
  thread_status: ThreadStatus;
  error: ThreadRow["error"];
  events: NewEvent[];
}

/** One frame of a run's stream, before it has its number. `data` is what stands behind `data:`, already JSON. */
export interface NewEvent {
  event: string;
  data: string;
}

export interface RunEvent extends NewEvent {
  run_id: string;
  /** 0, 1, … without gaps within a run, over all its attempts: the SSE id. */
  seq: number;
}

export interface EventStorage {
  /** Commits events in order behind the run's last one, then wakes its listeners. Throws `claim_stale`. */
  append(claim: Claim, events: NewEvent[]): Promise<void>;
  /** Events behind `after` (-1 for all), ascending, at most `limit`. */
  list(run_id: string, options: { after: number; limit: number }): Promise<RunEvent[]>;
  /**
   * Calls back after each commit of events of this run and once it has ended; never with the events, so a
   * slow reader costs nothing. The listener must not throw.
   */
  subscribe(run_id: string, listener: () => void): Unsubscribe;
}

export type Unsubscribe = () => void;
