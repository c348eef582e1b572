import { type CheckpointMetadata } from "@langchain/langgraph-checkpoint";
import { expect, onTestFinished } from "vitest";
import type { Claim, NewEvent, NewRun, RunOutcome, Storage } from "../../storage/storage.ts";

/** A place for data: each call opens it once more, as another process would. */
export type OpenStorage = () => Promise<Storage>;

/** A worker that lives. */
export const worker = { worker_id: "worker", lease_ms: 60_000 };

/** Holds a run for no time at all, as a worker that died does. */
export const deadWorker = { worker_id: "dead", lease_ms: 0 };

/** How a run ends that went well. */
export const success: RunOutcome = { status: "success", thread_status: "idle", error: null, events: [] };

/** The metadata of a checkpoint that a test makes by hand. */
export const checkpointMetadata: CheckpointMetadata = { source: "loop", step: 0, parents: {} };

/** An event whose data is that JSON. */
export const newEvent = (data: string): NewEvent => ({ event: "values", data });

/** Matches the `TroupeError` of that code. */
export const refused = (code: string): unknown => expect.objectContaining({ name: "TroupeError", code });

let count = 0;

/** A run to create, on a thread that it makes when it is not there. */
export const newRun = (thread_id: string, changes: Partial<NewRun> = {}): NewRun => ({
  run_id: `run-${count++}`,
  thread_id,
  assistant_id: "assistant",
  graph_id: "graph",
  metadata: { from: "test" },
  kwargs: { input: { n: 1 } },
  multitask_strategy: "enqueue",
  if_not_exists: "create",
  ...changes,
});

/** Opens a storage until the test's end. */
export async function openAt(place: OpenStorage): Promise<Storage> {
  const storage = await place();
  onTestFinished(() => storage.close());
  return storage;
}

/** Creates a run and claims it. */
export async function claimNew(storage: Storage, thread_id = "thread", by = worker): Promise<Claim> {
  const {
    run: { run_id },
  } = await storage.runs.create(newRun(thread_id));
  const run = await storage.runs.claim(by);
  expect(run?.run_id).toBe(run_id);
  return { run_id, thread_id, attempt: run!.attempt };
}
