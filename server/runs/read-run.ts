import type { Request, Response } from "express";
import type { Run } from "../../storage/storage.ts";
import type { ServerContext } from "../context.ts";
import { sendEvents } from "../send-events.ts";

/** How a client reads a run's events. */
export interface RunReading {
  /** The last event that the client has, -1 for none. */
  after: number;
  /** Whether the run is cancelled when the client goes away. */
  cancels: boolean;
  /** The names of the events to send, such as `values`; all of them unless told. */
  only?: ReadonlySet<string>;
}

/** Where the SDK finds a run, and where it goes to read on after a broken connection. `onThread` tells it from a stateless one. */
export function setLocation(response: Response, run: Pick<Run, "run_id" | "thread_id">, onThread: boolean): void {
  const path = `/threads/${run.thread_id}/runs/${run.run_id}`;
  response.set({ "content-location": onThread ? path : `/runs/${run.run_id}`, location: `${path}/stream` });
}

/** Sends a run's events to a client until it has them all, or goes. `begin` is called once the client counts as a reader. */
export async function readRun(
  context: ServerContext,
  response: Response,
  { run_id, begin }: { run_id: string; begin: () => Promise<Pick<Run, "run_id">> },
  { after, cancels, only }: RunReading,
): Promise<void> {
  const { storage, worker, readers, streams, closing } = context;
  using _place = streams.take();
  const leave = readers.attach(run_id);
  let complete = true;
  try {
    const begun = await begin();
    const { events, runs } = storage;
    complete = await sendEvents(response, { run_id: begun.run_id, events, runs, after, only, signal: closing });
    if (!complete && cancels && !closing.aborted) await worker.cancel({ run_ids: [begun.run_id], action: "interrupt" });
  } finally {
    leave(complete);
  }
}

/** The event that the client has had last; what is no number of ours means all of them. */
export function lastEventId(request: Request): number {
  const id = request.get("last-event-id");
  return id && /^\d{1,15}$/.test(id) ? Number(id) : -1;
}
