import { v7 } from "@langchain/core/utils/uuid";
import { Router } from "express";
import { z } from "zod";
import type { ThreadRow } from "../../storage/storage.ts";
import { check, Id, MetadataBody, ThreadPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { readThreadState } from "../read-thread-state.ts";
import { sendJson } from "../send-json.ts";

const CreateBody = z.looseObject({
  thread_id: Id.nullish(),
  metadata: MetadataBody.nullish(),
  if_exists: z.enum(["raise", "do_nothing"]).nullish(),
});

/** Threads: what is said and done in one conversation, from its first run to its last. */
export function threadRoutes(context: ServerContext): Router {
  const { threads } = context.storage;
  return Router()
    .post("/threads", async (request, response) => {
      const { thread_id, metadata, if_exists } = check(CreateBody, request.body ?? {}, "body");
      const thread = await threads.create(
        { thread_id: thread_id ?? v7(), metadata: metadata ?? {} },
        { if_exists: if_exists ?? "raise" },
      );
      // A new thread has no values; reading an old one's would cost every client that only wants it to be there.
      sendJson(response, toThread(thread, null, {}));
    })

    .get("/threads/:thread_id", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const thread = await threads.get(thread_id);
      const isServed = context.graphs.ids.includes(thread.metadata.graph_id as string);
      const state = isServed ? await readThreadState(context, thread, {}) : undefined;
      const interrupts = state?.tasks.filter((task) => task.interrupts.length > 0) ?? [];
      const byTask = Object.fromEntries(interrupts.map((task) => [task.id, task.interrupts]));
      sendJson(response, toThread(thread, state?.values ?? null, byTask));
    })

    .patch("/threads/:thread_id", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const { metadata } = check(z.looseObject({ metadata: MetadataBody.nullish() }), request.body ?? {}, "body");
      const thread = await threads.update(thread_id, { metadata: metadata ?? {} });
      sendJson(response, toThread(thread, null, {}));
    })

    .delete("/threads/:thread_id", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      await threads.delete(thread_id);
      context.worker.abandon(thread_id);
      response.status(204).end();
    });
}

const toThread = (thread: ThreadRow, values: unknown, interrupts: Record<string, unknown>) => ({
  ...thread,
  state_updated_at: thread.updated_at,
  config: {},
  values,
  interrupts,
});
