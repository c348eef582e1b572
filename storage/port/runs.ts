import type { Metadata, ThreadStatus, Run as WireRun } from "@langchain/langgraph-sdk";
import type { Claim } from "./claim.ts";
import type { FiredCron } from "./crons.ts";
import type { NewEvent } from "./events.ts";
import type { MetadataFilters } from "./filters.ts";
import type { Page, Unsubscribe } from "./page.ts";
import type { ThreadRow, ThreadTtl } from "./threads.ts";

export type RunStatus = WireRun["status"];
export type MultitaskStrategy = NonNullable<WireRun["multitask_strategy"]>;

/** What the client asked of a run: the request body, checked and with defaults, as the worker needs it. */
export type RunKwargs = Record<string, unknown>;

export interface Run extends WireRun {
  graph_id: string;
  multitask_strategy: MultitaskStrategy;
  metadata: NonNullable<Metadata>;
  kwargs: RunKwargs;
  attempt: number;
  /** What ended it, as on the wire, or null. */
  error: ThreadRow["error"];
}

export interface RunStorage {
  /**
   * Commits the run as `pending` and marks its thread `busy`, and does at once what its `multitask_strategy` says to
   * the active runs of the thread. Throws `thread_not_found` (unless `if_not_exists` is `"create"`, and for a thread that
   * `filters` hide), and `thread_busy` when the strategy is `"reject"` and the thread has an active run. A run with a
   * known `idempotency_key` is not made again: the one that is there comes back. For a worker with time to spare a run
   * that may start is claimed in the same commit and comes back `running`; one that has to wait stays `pending`.
   */
  create(run: NewRun, worker?: RunWorker): Promise<CreatedRun>;
  /** Throws `run_not_found`, also when the run belongs to another thread, or to one that `filters` hide. */
  get(run_id: string, thread_id?: string, filters?: MetadataFilters): Promise<Run>;
  /** Newest first. */
  list(query: RunQuery): Promise<Page<Run>>;
  /** How many runs wait and execute, and since when the first of those that could start waits. */
  countActive(): Promise<ActiveRuns>;
  /**
   * Ends runs that are pending, at once: as `interrupted`, or with `rollback` by deleting them. Of a running one the wish is
   * recorded, and `finish` carries it out: its worker is told by `renew`, or by `claim` when it is taken up again. Runs
   * that have ended stay as they are. Throws `run_not_found` when one of `run_ids` is not there; then nothing changes.
   */
  requestCancel(query: CancelQuery): Promise<Cancelled>;
  /** Deletes a run that has ended, with its events and spans; its checkpoints stay. Throws `run_not_found` and `run_active`. */
  delete(run_id: string, thread_id?: string, filters?: MetadataFilters): Promise<void>;
  /**
   * Takes the run that may start for the longest time: pending, or running with its lease over; never one whose thread
   * has another running run. Sets it `running`, adds one to `attempt`, holds it for `lease_ms`.
   */
  claim(worker: RunWorker): Promise<ClaimedRun | undefined>;
  /** When the next pending run may start that `claim` does not give yet, in ms since 1970. */
  nextDue(): Promise<number | undefined>;
  /** Extends the lease, and answers whether the run is to be cancelled. Throws `claim_stale`. */
  renew(claim: Claim, lease_ms: number): Promise<CancelAction | undefined>;
  /**
   * Commits the last events, the run's final status and its thread's, at once. The thread stays `busy` when another
   * of its runs is waiting, which may start now. A run that is to be rolled back is deleted instead, with its events,
   * spans, checkpoints and writes, and its thread is as it was before. Throws `claim_stale`.
   */
  finish(claim: Claim, outcome: RunOutcome): Promise<void>;
  /** Puts the run back as `pending`, its attempt kept. Throws `claim_stale`. */
  release(claim: Claim): Promise<void>;
  /** What the attempts before this one have left where the run goes on. */
  progress(claim: Claim): Promise<RunProgress>;
  /** Ends the leases of workers that are gone, as after a kill, so that their runs can be claimed at once. Answers how many. */
  expireLeases(isGone: (worker_id: string) => boolean): Promise<number>;
  /**
   * Calls back, with no promise of how often, when a run may have become claimable, or `nextDue` may have changed.
   * What another process did is heard within a moment.
   */
  onClaimable(listener: () => void): Unsubscribe;
}

/** `interrupt` ends a run where it is, `rollback` leaves nothing of it. */
export type CancelAction = "interrupt" | "rollback";

export interface RunQuery {
  thread_id: string;
  status?: RunStatus;
  limit: number;
  offset: number;
  /** Of its thread's metadata. */
  filters?: MetadataFilters;
}

/** Which of the active runs to cancel: those that match all that is given. */
export interface CancelQuery {
  action: CancelAction;
  thread_id?: string;
  run_ids?: string[];
  status?: "pending" | "running" | "all";
  /** Of their threads' metadata. */
  filters?: MetadataFilters;
}

/** What became of runs that are to be cancelled. */
export interface Cancelled {
  /** Those that were pending: they have ended, or are gone. */
  ended: Run[];
  /** Those that are running: their workers have still to stop. */
  running: string[];
}

export interface CreatedRun {
  run: ClaimedRun;
  /** Whether it was there already, by its `idempotency_key`. */
  existing: boolean;
  /** The runs that had to give way. */
  cancelled: Cancelled;
}

export interface ClaimedRun extends Run {
  /** What was asked of it while nobody executed it. */
  cancel?: CancelAction;
  /** How many attempts in a row before this one ended without a word and committed nothing. */
  crashes: number;
}

export interface ActiveRuns {
  pending: number;
  running: number;
  /** ISO 8601; null when none waits. */
  oldest_pending: string | null;
}

/** What a run has committed on the checkpoints that are the latest of its thread. */
export interface RunProgress {
  /** Its tasks that have an output or an interrupt there, each with the namespace of its graph. */
  tasks: { checkpoint_ns: string; task_id: string; interrupted: boolean }[];
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
  /** What the metadata of a thread that is there must hold. */
  filters?: MetadataFilters;
  /** From when on it may start, counted from now. */
  after_seconds?: number;
  /** At most one run has this key, for as long as the run is kept. The caller's scope is part of it. */
  idempotency_key?: string;
  /** The cron that is due: `create` throws `claim_stale` where another process made its run. */
  cron?: FiredCron;
  /** Of the thread that it creates. */
  thread_ttl?: ThreadTtl;
  /** Merged into the config of its thread. */
  thread_config?: Record<string, unknown>;
}

export interface RunOutcome {
  status: Exclude<RunStatus, "pending" | "running">;
  thread_status: ThreadStatus;
  error: ThreadRow["error"];
  /** Those that wait at the run's end, behind what its saver has taken along. */
  events: NewEvent[];
  /** For the webhook of a run that asked for one: when this attempt began, and its last values as JSON. */
  webhook?: { started_at: string; values: string };
}
