import { v7 } from "@langchain/core/utils/uuid";
import { type Request, Router } from "express";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import type { ThreadRow, ThreadTtl } from "../../storage/storage.ts";
import { check, Id, MetadataBody, QueryList, ThreadPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { sendJson } from "../send-json.ts";
import { showNewThread, showThread } from "../show-thread.ts";
import { seedThread, SuperstepsBody } from "../update-thread-state.ts";

/** About two thousand years. */
const longest = 1e9;
const minutes = z.number().positive().max(longest);
const strategy = z.enum(["delete", "keep_latest"]);

/** How many minutes a thread is kept after its last change, and what becomes of it then. */
const TtlBody = z
  .union([minutes, z.looseObject({ ttl: minutes, strategy: strategy.nullish() })])
  .transform((ttl): ThreadTtl => {
    if (typeof ttl === "number") return { strategy: "delete", ttl_minutes: ttl };
    return { strategy: ttl.strategy ?? "delete", ttl_minutes: ttl.ttl };
  });

export const CreateBody = z.looseObject({
  thread_id: Id.nullish(),
  metadata: MetadataBody.nullish(),
  if_exists: z.enum(["raise", "do_nothing"]).nullish(),
  supersteps: SuperstepsBody.nullish(),
  ttl: TtlBody.nullish(),
});
export const PatchBody = z.looseObject({ metadata: MetadataBody.nullish(), ttl: TtlBody.nullish() });
export const PruneBody = z.looseObject({ thread_ids: z.array(Id).max(1000), strategy: strategy.default("delete") });
export const GetQuery = z.looseObject({ include: QueryList });

/** Threads: what is said and done in one conversation, from its first run to its last. */
export function threadRoutes(context: ServerContext): Router {
  const { authorize, worker } = context;
  const { threads } = context.storage;

  async function create(request: Request): Promise<Record<string, unknown>> {
    const body = check(CreateBody, request.body ?? {}, "body");
    const { thread_id = v7(), if_exists = "raise", ttl, supersteps } = withoutNull(body);
    const asked = { thread_id, metadata: body.metadata ?? {}, if_exists };
    const { filters, value } = await authorize(request, "threads:create", asked);
    if (supersteps?.length && typeof value.metadata.graph_id !== "string") {
      throw new TroupeError("invalid_request", `"supersteps" of the request's body want a graph that takes them.`, {
        hint: "Name it in metadata.graph_id.",
      });
    }
    const thread = await threads.create(
      { thread_id, metadata: value.metadata, ...(ttl && { ttl }) },
      { if_exists, filters },
    );
    // A request that is sent again must not take the steps once more.
    if (thread.state_updated_at !== thread.created_at) return showThread(context, thread);
    if (!supersteps?.length) return showNewThread(thread);
    try {
      await seedThread(context, thread, supersteps);
    } catch (error) {
      // With "do_nothing" it may have been there before, even with a run that goes on; sent again, the steps are tried again.
      if (if_exists === "raise") await threads.delete(thread_id);
      throw error;
    }
    return showThread(context, await threads.get(thread_id));
  }

  async function remove(request: Request, thread_id: string): Promise<void> {
    const { filters } = await authorize(request, "threads:delete", { thread_id });
    await threads.delete(thread_id, filters);
    worker.abandon(thread_id);
  }

  async function prune(request: Request, thread_id: string, how: z.output<typeof strategy>): Promise<boolean> {
    const event = how === "delete" ? "threads:delete" : "threads:update";
    const { filters } = await authorize(request, event, { thread_id });
    const pruned = await threads.prune(thread_id, how, filters);
    if (pruned && how === "delete") worker.abandon(thread_id);
    return pruned;
  }

  async function copy(request: Request, thread_id: string): Promise<ThreadRow> {
    const { filters } = await authorize(request, "threads:read", { thread_id });
    const { metadata } = await threads.get(thread_id, filters);
    const to = { thread_id: v7(), metadata };
    to.metadata = { ...metadata, thread_id: to.thread_id };
    const { value } = await authorize(request, "threads:create", to);
    return threads.copy(thread_id, { ...to, metadata: value.metadata });
  }

  return Router()
    .post("/threads", async (request, response) => sendJson(response, await create(request)))

    .post("/threads/prune", async (request, response) => {
      const { thread_ids, strategy: how } = check(PruneBody, request.body ?? {}, "body");
      let pruned_count = 0;
      for (const thread_id of new Set(thread_ids)) if (await prune(request, thread_id, how)) pruned_count += 1;
      sendJson(response, { pruned_count });
    })

    .get("/threads/:thread_id", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const { include } = check(GetQuery, request.query, "query");
      const { filters } = await authorize(request, "threads:read", { thread_id });
      const thread = await threads.get(thread_id, filters);
      const shown = await showThread(context, thread);
      sendJson(response, include?.includes("ttl") ? { ...shown, ttl: thread.ttl } : shown);
    })

    .patch("/threads/:thread_id", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const { ttl, metadata = {} } = withoutNull(check(PatchBody, request.body ?? {}, "body"));
      const { filters, value } = await authorize(request, "threads:update", { thread_id, metadata });
      const thread = await threads.update(thread_id, { metadata: value.metadata, ttl }, filters);
      if (/\breturn=minimal\b/.test(request.get("prefer") ?? "")) {
        response.set("preference-applied", "return=minimal").status(204).end();
      } else {
        sendJson(response, await showThread(context, thread));
      }
    })

    .post("/threads/:thread_id/copy", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      sendJson(response, await showThread(context, await copy(request, thread_id)));
    })

    .delete("/threads/:thread_id", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      await remove(request, thread_id);
      response.status(204).end();
    });
}

type WithoutNull<Body> = { [Key in keyof Body]: Exclude<Body[Key], null> };

/** A client's null is as good as nothing. */
const withoutNull = <Body extends object>(body: Body) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as WithoutNull<Body>;
