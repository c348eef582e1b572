import { createHash } from "node:crypto";
import type { Request } from "express";
import { TroupeError } from "../../errors.ts";
import type { NewRun, Run } from "../../storage/storage.ts";
import { callerOf } from "../auth/caller.ts";
import { checkAgainstGraph } from "../check-against-graph.ts";
import { check } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { findRunnable } from "../find-assistant.ts";
import { unless } from "../unless.ts";
import { admitRun } from "./admit-run.ts";
import { RunBody } from "./run-body.ts";

/** A run that a request has asked for and may have. */
export interface AdmittedRun {
  body: RunBody;
  newRun: NewRun;
}

/**
 * Checks that a request's body describes a run that its caller may start and its graph can take. `thread_id` is missing
 * for a stateless run; `given` is one of several bodies in the request, with its index.
 */
export async function admitRequest(
  context: ServerContext,
  request: Request,
  thread_id?: string,
  given: unknown = request.body ?? {},
  index = 0,
): Promise<AdmittedRun> {
  const body = check(RunBody, given, "body");
  if (body.webhook) context.checkWebhook(body.webhook);
  const assistant = await findRunnable(context, request, body.assistant_id);
  const graph = context.graphs.peek(assistant.graph_id);
  if (graph) checkAgainstGraph(body, graph, assistant.graph_id);
  const asked = { ...body, thread_id, assistant_id: assistant.assistant_id, metadata: body.metadata ?? {} };
  const { value, filters } = await context.authorize(request, "threads:create_run", asked);
  // One that the caller may not see, or that is not there, is for the storage to refuse, or to make.
  const thread =
    thread_id === undefined
      ? undefined
      : await unless("thread_not_found", context.storage.threads.get(thread_id, filters));
  const newRun = admitRun(body, {
    assistant,
    thread_id,
    thread,
    headers: request.headers,
    caller: callerOf(request),
    metadata: value.metadata,
    filters,
  });
  return { body, newRun: withKey(newRun, request, given, index) };
}

/**
 * Starts a run; one that was started before with the same `Idempotency-Key` is answered as it is. Throws
 * `idempotency_key_reused` where that was for another body, `too_many_runs`, and what `Worker.submit` throws.
 */
export async function startRun(
  { storage, worker, limits }: ServerContext,
  newRun: NewRun,
): Promise<{ run: Run; result: Promise<string | undefined> }> {
  const { pending } = await storage.runs.countActive();
  if (pending >= limits.maxPendingRuns) {
    throw new TroupeError("too_many_runs", `${pending} runs are waiting already.`, {
      hint: "Send the request again later, or raise TROUPE_MAX_PENDING_RUNS.",
    });
  }
  const { run, existing, result } = await worker.submit(newRun);
  if (existing && run.kwargs.fingerprint !== newRun.kwargs.fingerprint) {
    throw new TroupeError("idempotency_key_reused", "This Idempotency-Key has started another run before.", {
      hint: "Take a new key for a new run, and the same body with the same key.",
    });
  }
  return { run, result };
}

/** The key counts for one caller and path, and one of the runs of a batch; what was asked for with it stays with the run. */
function withKey(newRun: NewRun, request: Request, body: unknown, index: number): NewRun {
  const key = request.get("idempotency-key");
  if (!key) return newRun;
  const { identity } = callerOf(request) ?? {};
  return {
    ...newRun,
    idempotency_key: digest([identity, request.path, key, index]),
    kwargs: { ...newRun.kwargs, fingerprint: digest(body) },
  };
}

const digest = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("base64url");
