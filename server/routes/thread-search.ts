import { Router } from "express";
import { z } from "zod";
import { check, Id, Limit, MetadataBody, Offset } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { sendJson, sendPage } from "../send-json.ts";
import { showThread } from "../show-thread.ts";

export const CountBody = z.looseObject({
  metadata: MetadataBody.nullish(),
  values: MetadataBody.nullish(),
  status: z.enum(["idle", "busy", "interrupted", "error"]).nullish(),
});

export const SearchBody = CountBody.extend({
  ids: z.array(Id).nullish(),
  limit: Limit.nullish(),
  offset: Offset.nullish(),
  sort_by: z.enum(["thread_id", "status", "created_at", "updated_at", "state_updated_at"]).nullish(),
  sort_order: z.enum(["asc", "desc"]).nullish(),
  select: z.array(z.string()).nullish(),
  extract: z
    .record(z.string(), z.string().min(1))
    .refine((paths) => Object.keys(paths).length <= 10, "at most 10 paths")
    .nullish(),
});

/** The search for threads, and how many there are. */
export function threadSearchRoutes(context: ServerContext): Router {
  const { authorize } = context;
  const { threads } = context.storage;

  return Router()
    .post("/threads/search", async (request, response) => {
      const body = check(SearchBody, request.body ?? {}, "body");
      const limit = body.limit ?? 10;
      const offset = body.offset ?? 0;
      const query = { ...toQuery(body), ids: body.ids?.length ? body.ids : undefined };
      const { filters } = await authorize(request, "threads:search", { ...query, limit, offset });
      const { rows, total } = await threads.search({
        ...query,
        filters,
        limit,
        offset,
        sort_by: body.sort_by ?? "created_at",
        sort_order: body.sort_order ?? "desc",
      });
      const shown = [];
      for (const row of rows) shown.push(await showThread(context, row, body));
      sendPage(response, shown, { offset, total });
    })

    .post("/threads/count", async (request, response) => {
      const query = toQuery(check(CountBody, request.body ?? {}, "body"));
      const { filters } = await authorize(request, "threads:search", { ...query, limit: 0, offset: 0 });
      sendJson(response, await threads.count({ ...query, filters }));
    });
}

const toQuery = ({ metadata, values, status }: z.output<typeof CountBody>) => ({
  metadata: metadata ?? undefined,
  values: values ?? undefined,
  status: status ?? undefined,
});
