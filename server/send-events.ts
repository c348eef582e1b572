import type { Response } from "express";
import { mostCharacters } from "../storage/port/events.ts";
import type { EventStorage, RunEvent, RunStorage } from "../storage/storage.ts";
import { isActive } from "./runs/read-run-result.ts";
import { unless } from "./unless.ts";

/** How many events are read from the storage at a time: what one slow reader can hold in memory. */
export const batchSize = 256;

/** How often a silent stream shows that it lives. The SDK takes the rhythm and reconnects when it stops. */
const heartbeatMs = 5_000;

/** Frames, and whether there may be more at once, when the listener is called next, or never. */
export interface Reading {
  frames: string;
  next: "read" | "wait" | "end";
}

/** Where a stream's frames come from. */
export interface FrameSource {
  /** Calls back when there may be more to read. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Reads behind what it gave before. */
  readonly read: () => Promise<Reading>;
  /** Ends the stream, as when the server closes. */
  signal: AbortSignal;
}

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

/** Sends a run's events as server-sent events until the run has ended and all are sent. Answers whether the client has got them all. */
export function sendEvents(response: Response, source: EventSource): Promise<boolean> {
  const { run_id, events, runs, only, signal } = source;
  let { after } = source;

  return sendFrames(response, {
    subscribe: (listener) => events.subscribe(run_id, listener),
    async read() {
      // Asked first: what was committed before its end is then read too.
      const ended = await hasEnded(runs, run_id);
      const batch = await events.list(run_id, { after, limit: batchSize });
      after = batch.at(-1)?.seq ?? after;
      const frames = toFrames(batch, only, ({ seq }) => String(seq));
      return { frames, next: isCutOff(batch) ? "read" : ended ? "end" : "wait" };
    },
    signal,
  });
}

/** Whether the storage may have kept back events that come next. */
function isCutOff(batch: readonly RunEvent[]): boolean {
  return batch.length === batchSize || batch.reduce((sum, { data }) => sum + data.length, 0) >= mostCharacters;
}

/**
 * Sends frames as server-sent events until there will be none any more, the client goes, or the signal aborts. They are read
 * as the client takes them, so a slow one costs one reading. Answers whether the client has got them all.
 */
export async function sendFrames(response: Response, { subscribe, read, signal }: FrameSource): Promise<boolean> {
  let wake = () => {};
  let woken = true;
  const onChange = () => {
    woken = true;
    wake();
  };
  const gone = () => response.destroyed || signal.aborted;

  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  const unsubscribe = subscribe(onChange);
  const heartbeat = setInterval(() => response.writableNeedDrain || response.write(": heartbeat\n\n"), heartbeatMs);
  signal.addEventListener("abort", onChange);
  response.once("close", onChange);
  try {
    while (!gone()) {
      woken = false;
      const { frames, next } = await read();
      if (frames !== "" && !response.write(frames)) await drained(response);
      if (next === "end") break;
      if (next === "wait" && !woken) await new Promise<void>((resolve) => (wake = resolve));
    }
    return !gone();
  } finally {
    unsubscribe();
    clearInterval(heartbeat);
    signal.removeEventListener("abort", onChange);
    response.end();
  }
}

/** Events as the lines of a stream; `only` names those to take, without the namespaces of subgraphs. */
export function toFrames(
  events: readonly RunEvent[],
  only: ReadonlySet<string> | undefined,
  toId: (event: RunEvent) => string,
): string {
  const asked = only ? events.filter(({ event }) => only.has(event.split(/[|/]/, 1)[0]!)) : events;
  return asked.map((event) => `id: ${toId(event)}\nevent: ${event.event}\ndata: ${event.data}\n\n`).join("");
}

/** A run that is no more has ended too. */
export async function hasEnded(runs: RunStorage, run_id: string): Promise<boolean> {
  const run = await unless("run_not_found", runs.get(run_id));
  return !run || !isActive(run);
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
