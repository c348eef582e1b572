import type { Metadata, ThreadStatus, Run as WireRun } from "@langchain/langgraph-sdk";
import type { Claim } from "./claim.ts";
import type { NewEvent } from "./events.ts";
import type { Page, Unsubscribe } from "./page.ts";
import type { ThreadRow } from "./threads.ts";

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
