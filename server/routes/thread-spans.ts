import { Router } from "express";
import { z } from "zod";
import { check, Limit, Offset, ThreadPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { sendJson } from "../send-json.ts";

export const SpansQuery = z.looseObject({
  /** The `seq` of the last span that was read. */
  after: z.coerce.number().pipe(Offset).default(0),
  limit: z.coerce.number().pipe(Limit).default(100),
});

/** What the traced runs of a thread asked of models, tools and retrievers. */
export function threadSpanRoutes({ storage, authorize }: ServerContext): Router {
  return Router().get("/threads/:thread_id/spans", async (request, response) => {
    const { thread_id } = check(ThreadPath, request.params, "path");
    const query = check(SpansQuery, request.query, "query");
    const { filters } = await authorize(request, "threads:read", { thread_id });
    await storage.threads.get(thread_id, filters);
    sendJson(response, await storage.spans.list(thread_id, query));
  });
}
