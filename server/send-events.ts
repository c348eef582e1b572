import type { Response } from "express";
import { isTroupeError } from "../errors.ts";
import type { EventStorage, RunEvent, RunStorage } from "../storage/storage.ts";

/** How many events are read from the storage at a time, which itself gives about 1 MB at most: what one slow reader can hold in memory. */
const batchSize = 256;

/** How often a silent stream shows that it lives. The SDK takes the rhythm and reconnects when it stops. */
const heartbeatMs = 5_000;

/** One run whose events a client reads. */
export interface EventSource {
  run_id: string;
  events: EventStorage;
  runs: RunStorage;
  /** The last event that the client has, -1 for none. */
  after: number;
  /** The names of the events to send, without the namespaces of subgraphs; all of them unless told. */
  only?: ReadonlySet<string>;
  /** Ends the stream, as when the server closes. */
  signal: AbortSignal;
}

/**
 * Sends a run's events as server-sent events until the run has ended and all are sent. They are read from the storage
 * as the client takes them, so a slow one costs one batch. Answers whether the client has got them all.
 */
export async function sendEvents(response: Response, source: EventSource): Promise<boolean> {
  const { run_id, events, runs, only, signal } = source;
  let after = source.after;
  let wake = () => {};
  let woken = true;
  const onChange = () => {
    woken = true;
    wake();
  };
  const gone = () => response.destroyed || signal.aborted;

  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  const unsubscribe = events.subscribe(run_id, onChange);
  const heartbeat = setInterval(() => response.write(": heartbeat\n\n"), heartbeatMs);
  signal.addEventListener("abort", onChange);
  response.once("close", onChange);
  try {
    for (let ended = false; !gone();) {
      woken = false;
      const batch = await events.list(run_id, { after, limit: batchSize });
      if (batch.length > 0) {
        after = batch.at(-1)!.seq;
        const asked = only ? batch.filter(({ event }) => only.has(event.split(/[|/]/, 1)[0]!)) : batch;
        if (asked.length > 0 && !response.write(asked.map(toFrame).join(""))) await drained(response);
      } else if (ended) {
        break;
      } else {
        // What was committed before the end was seen is read once more.
        ended = await hasEnded(runs, run_id);
        if (!ended && !woken) await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    return !gone();
  } finally {
    unsubscribe();
    clearInterval(heartbeat);
    signal.removeEventListener("abort", onChange);
    response.end();
  }
}

/** A run that is no more has ended too. */
async function hasEnded(runs: RunStorage, run_id: string): Promise<boolean> {
  try {
    const { status } = await runs.get(run_id);
    return status !== "pending" && status !== "running";
  } catch (error) {
    if (isTroupeError(error) && error.code === "run_not_found") return true;
    throw error;
  }
}

function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

const toFrame = ({ seq, event, data }: RunEvent) => `id: ${seq}\nevent: ${event}\ndata: ${data}\n\n`;
