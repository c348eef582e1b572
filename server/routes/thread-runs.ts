import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { CancelQuery, Run } from "../../storage/storage.ts";
import {
  check,
  Id,
  Limit,
  Offset,
  QueryBoolean,
  QueryList,
  RunPath,
  ThreadPath,
  ThreadRunPath,
} from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { lastEventId, readRun, setLocation } from "../runs/read-run.ts";
import { sendJson, sendPage } from "../send-json.ts";
import { sendResult } from "../send-result.ts";

export const ListQuery = z.looseObject({
  limit: z.coerce.number().pipe(Limit).default(10),
  offset: z.coerce.number().pipe(Offset).default(0),
  status: z.enum(["pending", "running", "error", "success", "timeout", "interrupted"]).optional(),
  select: QueryList,
});

export const JoinQuery = z.looseObject({ cancel_on_disconnect: QueryBoolean, stream_mode: QueryList });
const action = z.enum(["interrupt", "rollback"]).default("interrupt");
export const CancelOneQuery = z.looseObject({ wait: QueryBoolean, action });
export const CancelManyQuery = z.looseObject({ action });
export const CancelManyBody = z.looseObject({
  thread_id: Id.nullish(),
  run_ids: z.array(Id).max(1000).nullish(),
  status: z.enum(["pending", "running", "all"]).nullish(),
});

/** Runs that are there: listed, looked up, joined, cancelled and deleted. */
export function threadRunRoutes(context: ServerContext): Router {
  const { storage, worker, authorize } = context;

  async function find(request: Request): Promise<Run> {
    const { thread_id, run_id } = check(ThreadRunPath, request.params, "path");
    const { filters } = await authorize(request, "threads:read", { thread_id, run_id });
    return storage.runs.get(run_id, thread_id, filters);
  }

  async function findStateless(request: Request): Promise<Run> {
    const { run_id } = check(RunPath, request.params, "path");
    const { filters } = await authorize(request, "threads:read", { run_id });
    return storage.runs.get(run_id, undefined, filters);
  }

  async function joinStream(request: Request, response: Response, run: Run): Promise<void> {
    const { cancel_on_disconnect: cancels = false, stream_mode } = check(JoinQuery, request.query, "query");
    const only = stream_mode && new Set(["metadata", "error", ...stream_mode.map(eventOfMode)]);
    const begin = async () => {
      setLocation(response, run, request.params.thread_id !== undefined);
      return run;
    };
    await readRun(context, response, { run_id: run.run_id, begin }, { after: lastEventId(request), cancels, only });
  }

  async function join(request: Request, response: Response, run: Run): Promise<void> {
    const { cancel_on_disconnect } = check(JoinQuery, request.query, "query");
    const sent = await sendResult(response, worker.join(run));
    if (!sent && cancel_on_disconnect) await worker.cancel({ run_ids: [run.run_id], action: "interrupt" });
  }

  return Router()
    .get("/threads/:thread_id/runs", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const { limit, offset, status, select } = check(ListQuery, request.query, "query");
      const { filters } = await authorize(request, "threads:search", { thread_id, limit, offset, status });
      await storage.threads.get(thread_id, filters);
      const { rows, total } = await storage.runs.list({ thread_id, status, limit, offset, filters });
      sendPage(response, rows, { offset, total, select });
    })

    .get("/threads/:thread_id/runs/:run_id", async (request, response) => {
      sendJson(response, await find(request));
    })

    .delete("/threads/:thread_id/runs/:run_id", async (request, response) => {
      const { thread_id, run_id } = check(ThreadRunPath, request.params, "path");
      const { filters } = await authorize(request, "threads:delete", { thread_id, run_id });
      await storage.runs.delete(run_id, thread_id, filters);
      response.status(204).end();
    })

    .get("/threads/:thread_id/runs/:run_id/join", async (request, response) => {
      await join(request, response, await find(request));
    })

    .get("/threads/:thread_id/runs/:run_id/stream", async (request, response) => {
      await joinStream(request, response, await find(request));
    })

    .get("/runs/:run_id/join", async (request, response) => {
      await join(request, response, await findStateless(request));
    })

    .get("/runs/:run_id/stream", async (request, response) => {
      await joinStream(request, response, await findStateless(request));
    })

    .post("/threads/:thread_id/runs/:run_id/cancel", async (request, response) => {
      const { thread_id, run_id } = check(ThreadRunPath, request.params, "path");
      const { wait, action: asked } = check(CancelOneQuery, request.query, "query");
      const { filters } = await authorize(request, "threads:update", { thread_id, run_id, action: asked });
      const run = await storage.runs.get(run_id, thread_id, filters);
      const ended = wait ? worker.join(run) : undefined;
      await worker.cancel({ thread_id, run_ids: [run_id], action: asked, filters });
      await ended;
      response.status(wait ? 204 : 202).end();
    })

    .post("/runs/cancel", async (request, response) => {
      const { thread_id, run_ids, status } = check(CancelManyBody, request.body ?? {}, "body");
      const { action: asked } = check(CancelManyQuery, request.query, "query");
      const query: CancelQuery = {
        action: asked,
        ...(thread_id && { thread_id }),
        ...(run_ids && { run_ids }),
        ...(status && { status }),
      };
      if (!run_ids && !status) {
        // What names nothing must not cancel everything.
        check(CancelManyBody.extend({ status: z.enum(["pending", "running", "all"]) }), request.body ?? {}, "body");
      }
      const { filters } = await authorize(request, "threads:update", { ...query });
      await worker.cancel({ ...query, filters });
      response.status(204).end();
    });
}

/** `messages-tuple` is what the SDK calls the events `messages`. */
const eventOfMode = (mode: string) => (mode === "messages-tuple" ? "messages" : mode);
