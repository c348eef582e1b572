import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { Run } from "../../storage/storage.ts";
import { callerOf } from "../auth/caller.ts";
import { checkAgainstGraph } from "../check-against-graph.ts";
import { check, Limit, Offset, QueryBoolean, RunPath, ThreadPath, ThreadRunPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { findAssistant } from "../find-assistant.ts";
import { admitRun } from "../runs/admit-run.ts";
import { RunBody } from "../runs/run-body.ts";
import { sendEvents } from "../send-events.ts";
import { sendJson } from "../send-json.ts";
import { sendResult } from "../send-result.ts";

const ListQuery = z.looseObject({
  limit: z.coerce.number().pipe(Limit).default(10),
  offset: z.coerce.number().pipe(Offset).default(0),
  status: z.enum(["pending", "running", "error", "success", "timeout", "interrupted"]).optional(),
});

const JoinQuery = z.looseObject({ cancel_on_disconnect: QueryBoolean });

/** Runs: started on a thread or on their own, waited for, streamed, joined, and looked up. */
export function runRoutes(context: ServerContext): Router {
  const { storage, worker, readers } = context;

  async function admit(request: Request, thread_id?: string) {
    const body = check(RunBody, request.body ?? {}, "body");
    const assistant = await findAssistant(context, body.assistant_id);
    const graph = context.graphs.peek(assistant.graph_id);
    if (graph) checkAgainstGraph(body, graph, assistant.graph_id);
    return { body, newRun: admitRun(body, { assistant, thread_id, headers: request.headers, caller: callerOf(request) }) };
  }

  /** Where the SDK finds the run, and where it goes to read on after a broken connection. */
  function setLocation(response: Response, run: { run_id: string; thread_id: string }, thread_id?: string): void {
    const path = `/threads/${run.thread_id}/runs/${run.run_id}`;
    response.set({ "content-location": thread_id ? path : `/runs/${run.run_id}`, location: `${path}/stream` });
  }

  async function create(request: Request, response: Response, thread_id?: string): Promise<void> {
    const { newRun } = await admit(request, thread_id);
    const { run } = await worker.submit(newRun);
    setLocation(response, run, thread_id);
    sendJson(response, run);
  }

  async function wait(request: Request, response: Response, thread_id?: string): Promise<void> {
    const { body, newRun } = await admit(request, thread_id);
    const { result } = await worker.submit(newRun);
    setLocation(response, newRun, thread_id);
    const sent = await sendResult(response, result);
    if (!sent && body.on_disconnect === "cancel")
      await worker.cancel({ run_ids: [newRun.run_id], action: "interrupt" });
  }

  async function stream(request: Request, response: Response, thread_id?: string): Promise<void> {
    const { body, newRun } = await admit(request, thread_id);
    // Counted as a reader first, so that no event waits for a slower commit.
    await read(response, newRun.run_id, {
      after: -1,
      cancels: body.on_disconnect === "cancel",
      async begin() {
        await worker.submit(newRun);
        setLocation(response, newRun, thread_id);
      },
    });
  }

  async function join(request: Request, response: Response, run: Run): Promise<void> {
    const { cancel_on_disconnect } = check(JoinQuery, request.query, "query");
    const after = lastEventId(request);
    await read(response, run.run_id, {
      after,
      cancels: cancel_on_disconnect ?? false,
      begin: async () => setLocation(response, run),
    });
  }

  async function read(
    response: Response,
    run_id: string,
    { after, cancels, begin }: { after: number; cancels: boolean; begin: () => Promise<void> },
  ): Promise<void> {
    const leave = readers.attach(run_id);
    let complete = true;
    try {
      await begin();
      const { events, runs } = storage;
      complete = await sendEvents(response, { run_id, events, runs, after, signal: context.closing });
      if (!complete && cancels && !context.closing.aborted)
        await worker.cancel({ run_ids: [run_id], action: "interrupt" });
    } finally {
      leave(complete);
    }
  }

  return Router()
    .post("/runs", (request, response) => create(request, response))
    .post("/runs/wait", (request, response) => wait(request, response))
    .post("/runs/stream", (request, response) => stream(request, response))

    .get("/runs/:run_id/stream", async (request, response) => {
      const { run_id } = check(RunPath, request.params, "path");
      await join(request, response, await storage.runs.get(run_id));
    })

    .post("/threads/:thread_id/runs", (request, response) => create(request, response, threadOf(request)))
    .post("/threads/:thread_id/runs/wait", (request, response) => wait(request, response, threadOf(request)))
    .post("/threads/:thread_id/runs/stream", (request, response) => stream(request, response, threadOf(request)))

    .get("/threads/:thread_id/runs", async (request, response) => {
      const { thread_id } = await storage.threads.get(threadOf(request));
      const { limit, offset, status } = check(ListQuery, request.query, "query");
      const { rows, total } = await storage.runs.list({ thread_id, status, limit, offset });
      response.set("x-pagination-total", String(total));
      sendJson(response, rows);
    })

    .get("/threads/:thread_id/runs/:run_id", async (request, response) => {
      const { thread_id, run_id } = check(ThreadRunPath, request.params, "path");
      sendJson(response, await storage.runs.get(run_id, thread_id));
    })

    .get("/threads/:thread_id/runs/:run_id/stream", async (request, response) => {
      const { thread_id, run_id } = check(ThreadRunPath, request.params, "path");
      await join(request, response, await storage.runs.get(run_id, thread_id));
    });
}

const threadOf = (request: Request): string => check(ThreadPath, request.params, "path").thread_id;

/** The event that the client has had last; what is no number of ours means all of them. */
function lastEventId(request: Request): number {
  const id = request.get("last-event-id");
  return id && /^\d{1,15}$/.test(id) ? Number(id) : -1;
}
