import { Router } from "express";
import { z } from "zod";
import type { Run, Storage } from "../../storage/storage.ts";
import { check, QueryList, ThreadPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { isActive } from "../runs/read-run-result.ts";
import { batchSize, type FrameSource, hasEnded, type Reading, sendFrames, toFrames } from "../send-events.ts";
import { unless } from "../unless.ts";

export const ThreadStreamQuery = z.looseObject({
  stream_mode: QueryList.pipe(z.array(z.enum(["run_modes", "lifecycle", "state_update"])).optional()),
});

/** The events that a mode shows; `run_modes` shows all. */
const eventsOfMode = { lifecycle: ["metadata", "error"], state_update: ["values", "updates"] };

/** The stream of a thread: the events of all its runs, one run after the other, for as long as the client stays. */
export function threadStreamRoutes({ storage, authorize, streams, closing }: ServerContext): Router {
  return Router().get("/threads/:thread_id/stream", async (request, response) => {
    const { thread_id } = check(ThreadPath, request.params, "path");
    const { stream_mode: modes = ["run_modes"] } = check(ThreadStreamQuery, request.query, "query");
    const { filters } = await authorize(request, "threads:read", { thread_id });
    await storage.threads.get(thread_id, filters);
    const shown = modes.flatMap((mode) => (mode === "run_modes" ? [] : eventsOfMode[mode]));
    const only = modes.includes("run_modes") ? undefined : new Set(shown);
    using _place = streams.take();
    const read = await followThread(storage, thread_id, { lastEventId: request.get("last-event-id"), only });
    response.set("location", `/threads/${thread_id}/stream`);
    const subscribe = (listener: () => void) => storage.events.subscribe(thread_id, listener);
    await sendFrames(response, { subscribe, read, signal: closing });
  });
}

/**
 * Reads the events of a thread's runs: of those that are active, and of all that come later; with the id of an event
 * the rest of its run, and all runs that were made after that one.
 */
async function followThread(
  { events, runs, threads }: Storage,
  thread_id: string,
  { lastEventId = "", only }: { lastEventId?: string; only?: ReadonlySet<string> },
): Promise<FrameSource["read"]> {
  const [, lastRun, lastSeq] = /^([^:]*):(\d{1,15})$/.exec(lastEventId) ?? [];
  const known = new Set<string>();
  /** The runs that may have more events, the oldest first, with the last event that was sent of each. */
  const open = new Map<string, number>();

  /** The runs that were made since the last look, the oldest first. */
  async function findNew(): Promise<Run[]> {
    const found: Run[] = [];
    for (;;) {
      const { rows } = await runs.list({ thread_id, limit: batchSize, offset: found.length });
      const fresh = rows.filter(({ run_id }) => !known.has(run_id));
      for (const { run_id } of fresh) known.add(run_id);
      found.push(...fresh);
      if (fresh.length < batchSize) return found.toReversed();
    }
  }

  const before = await findNew();
  const last = before.findIndex(({ run_id }) => run_id === lastRun);
  for (const [index, run] of before.entries()) {
    if (isActive(run) || (last >= 0 && index >= last)) open.set(run.run_id, index === last ? Number(lastSeq) : -1);
  }

  async function readOpen(): Promise<Reading> {
    for (const [run_id, after] of open) {
      // Asked first: what comes before its end is then read before it is let go.
      const ended = await hasEnded(runs, run_id);
      const batch = await events.list(run_id, { after, limit: batchSize });
      if (batch.length > 0) {
        open.set(run_id, batch.at(-1)!.seq);
        return { frames: toFrames(batch, only, ({ seq }) => `${run_id}:${seq}`), next: "read" };
      }
      if (ended) open.delete(run_id);
    }
    return { frames: "", next: "wait" };
  }

  return async () => {
    if (!(await unless("thread_not_found", threads.get(thread_id)))) return { frames: "", next: "end" };
    for (const { run_id } of await findNew()) open.set(run_id, -1);
    return readOpen();
  };
}
