import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { check, ThreadPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { readRun, setLocation } from "../runs/read-run.ts";
import { admitRequest, startRun } from "../runs/start-run.ts";
import { sendJson } from "../send-json.ts";
import { sendResult } from "../send-result.ts";

const BatchBody = z.array(z.unknown()).min(1).max(1000);

/** Runs: started on a thread or on their own, left alone, waited for or streamed. */
export function runRoutes(context: ServerContext): Router {
  async function create(request: Request, response: Response, thread_id?: string): Promise<void> {
    const { newRun } = await admitRequest(context, request, thread_id);
    const { run } = await startRun(context, newRun);
    setLocation(response, run, thread_id !== undefined);
    sendJson(response, run);
  }

  async function wait(request: Request, response: Response, thread_id?: string): Promise<void> {
    const { body, newRun } = await admitRequest(context, request, thread_id);
    const { run, result } = await startRun(context, newRun);
    setLocation(response, run, thread_id !== undefined);
    const sent = await sendResult(response, result);
    if (sent || body.on_disconnect !== "cancel") return;
    await context.worker.cancel({ run_ids: [run.run_id], action: "interrupt" });
  }

  async function stream(request: Request, response: Response, thread_id?: string): Promise<void> {
    const { body, newRun } = await admitRequest(context, request, thread_id);
    // Counted as a reader before the run is there, so that no event waits for a slower commit.
    const begin = async () => {
      const { run } = await startRun(context, newRun);
      setLocation(response, run, thread_id !== undefined);
      return run;
    };
    const cancels = body.on_disconnect === "cancel";
    await readRun(context, response, { run_id: newRun.run_id, begin }, { after: -1, cancels });
  }

  return Router()
    .post("/runs", (request, response) => create(request, response))
    .post("/runs/wait", (request, response) => wait(request, response))
    .post("/runs/stream", (request, response) => stream(request, response))

    .post("/runs/batch", async (request, response) => {
      const bodies = check(BatchBody, request.body, "body");
      // All are checked before the first is started.
      const admitted = await Promise.all(
        bodies.map((body, index) => admitRequest(context, request, undefined, body, index)),
      );
      const started = await Promise.all(admitted.map(({ newRun }) => startRun(context, newRun)));
      sendJson(
        response,
        started.map(({ run }) => run),
      );
    })

    .post("/threads/:thread_id/runs", (request, response) => create(request, response, threadOf(request)))
    .post("/threads/:thread_id/runs/wait", (request, response) => wait(request, response, threadOf(request)))
    .post("/threads/:thread_id/runs/stream", (request, response) => stream(request, response, threadOf(request)));
}

const threadOf = (request: Request): string => check(ThreadPath, request.params, "path").thread_id;
