import { v7 } from "@langchain/core/utils/uuid";
import { type Request, Router } from "express";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import type { Cron } from "../../storage/storage.ts";
import { callerOf } from "../auth/caller.ts";
import { check, Id, Limit, MetadataBody, Offset, ThreadPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { nextTime, type Schedule } from "../crons/next-time.ts";
import { findRunnable, toAssistantId } from "../find-assistant.ts";
import { RunBody } from "../runs/run-body.ts";
import { sendJson, sendPage } from "../send-json.ts";

const CronPath = z.object({ cron_id: Id });
export const CreateBody = RunBody.extend({
  schedule: z.string().max(200),
  timezone: z.string().max(100).nullish(),
  end_time: z.iso.datetime({ offset: true, local: true }).nullish(),
  on_run_completed: z.enum(["delete", "keep"]).nullish(),
  enabled: z.boolean().nullish(),
});
export const PatchBody = CreateBody.partial();
export const CountBody = z.looseObject({
  assistant_id: z.string().min(1).nullish(),
  thread_id: Id.nullish(),
  metadata: MetadataBody.nullish(),
});
export const SearchBody = CountBody.extend({
  enabled: z.boolean().nullish(),
  limit: Limit.nullish(),
  offset: Offset.nullish(),
  sort_by: z.enum(["cron_id", "assistant_id", "thread_id", "created_at", "updated_at", "next_run_date"]).nullish(),
  sort_order: z.enum(["asc", "desc"]).nullish(),
  select: z.array(z.string()).nullish(),
});

/** Crons: runs that start by a schedule, on one thread or each on its own. */
export function cronRoutes(context: ServerContext): Router {
  const { authorize, storage } = context;
  const { crons } = storage;

  async function create(request: Request, thread_id?: string): Promise<object> {
    const body = check(CreateBody, request.body ?? {}, "body");
    const { schedule, timezone, end_time, on_run_completed, enabled, metadata, assistant_id, ...payload } = body;
    if (body.webhook) context.checkWebhook(body.webhook);
    const times = { schedule, timezone: timezone ?? null, end_time: toTime(end_time) ?? null };
    const next_run_date = firstTime(times);
    const assistant = await findRunnable(context, request, assistant_id);
    const asked = { thread_id, assistant_id: assistant.assistant_id, metadata: metadata ?? {} };
    const run = await authorize(request, "threads:create_run", asked);
    if (thread_id !== undefined) await storage.threads.get(thread_id, run.filters);
    const { value } = await authorize(request, "crons:create", {
      ...asked,
      ...times,
      payload,
      metadata: run.value.metadata,
    });
    const caller = callerOf(request) ?? null;
    return show(
      await crons.create({
        cron_id: v7(),
        assistant_id: assistant.assistant_id,
        thread_id: thread_id ?? null,
        on_run_completed: on_run_completed ?? "delete",
        ...times,
        payload: { ...payload, assistant_id: assistant.assistant_id },
        user_id: caller?.identity ?? null,
        next_run_date,
        metadata: value.metadata,
        enabled: enabled ?? true,
        caller,
      }),
    );
  }

  async function update(request: Request, cron_id: string): Promise<object> {
    const body = check(PatchBody, request.body ?? {}, "body");
    if (body.webhook) context.checkWebhook(body.webhook);
    const { schedule, timezone, end_time, on_run_completed, enabled, metadata, assistant_id: _, ...payload } = body;
    const { filters, value } = await authorize(request, "crons:update", { cron_id, metadata: metadata ?? {}, payload });
    const change = (cron: Cron) => {
      const times = {
        schedule: schedule ?? cron.schedule,
        timezone: timezone ?? cron.timezone ?? null,
        end_time: toTime(end_time) === undefined ? (cron.end_time ?? null) : (toTime(end_time) ?? null),
      };
      const isMoved = [schedule, timezone, end_time, enabled].some((given) => given !== undefined);
      return {
        ...times,
        on_run_completed: on_run_completed ?? cron.on_run_completed,
        enabled: enabled ?? cron.enabled,
        metadata: { ...cron.metadata, ...value.metadata },
        payload: { ...cron.payload, ...payload },
        next_run_date: isMoved ? firstTime(times) : cron.next_run_date,
      };
    };
    return show(await crons.update(cron_id, change, filters));
  }

  const toQuery = ({ assistant_id, thread_id, metadata }: z.output<typeof CountBody>) => ({
    assistant_id: assistant_id == null ? undefined : toAssistantId(context.graphs, assistant_id),
    thread_id: thread_id ?? undefined,
    metadata: metadata ?? undefined,
  });

  return Router()
    .post("/runs/crons", async (request, response) => sendJson(response, await create(request)))

    .post("/threads/:thread_id/runs/crons", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      sendJson(response, await create(request, thread_id));
    })

    .post("/runs/crons/search", async (request, response) => {
      const body = check(SearchBody, request.body ?? {}, "body");
      const page = { limit: body.limit ?? 10, offset: body.offset ?? 0 };
      const query = { ...toQuery(body), enabled: body.enabled ?? undefined };
      const { filters } = await authorize(request, "crons:search", { ...query, ...page });
      const { rows, total } = await crons.search({
        ...query,
        ...page,
        filters,
        sort_by: body.sort_by ?? "created_at",
        sort_order: body.sort_order ?? "desc",
      });
      const shown = rows.map((cron) => show(cron, body.select));
      sendPage(response, shown, { offset: page.offset, total });
    })

    .post("/runs/crons/count", async (request, response) => {
      const query = toQuery(check(CountBody, request.body ?? {}, "body"));
      const { filters } = await authorize(request, "crons:search", { ...query });
      sendJson(response, await crons.count({ ...query, filters }));
    })

    .get("/runs/crons/:cron_id", async (request, response) => {
      const { cron_id } = check(CronPath, request.params, "path");
      const { filters } = await authorize(request, "crons:read", { cron_id });
      sendJson(response, show(await crons.get(cron_id, filters)));
    })

    .patch("/runs/crons/:cron_id", async (request, response) => {
      const { cron_id } = check(CronPath, request.params, "path");
      sendJson(response, await update(request, cron_id));
    })

    .delete("/runs/crons/:cron_id", async (request, response) => {
      const { cron_id } = check(CronPath, request.params, "path");
      const { filters } = await authorize(request, "crons:delete", { cron_id });
      await crons.delete(cron_id, filters);
      response.status(204).end();
    });
}

/** A cron as clients know it. */
function show(cron: Cron, select?: readonly string[] | null): object {
  const isShown = (field: string) => field !== "caller" && (select?.includes(field) ?? true);
  return Object.fromEntries(Object.entries(cron).filter(([field]) => isShown(field)));
}

/** A time without a zone is in UTC, as a schedule is. */
const toTime = (given: string | null | undefined): string | null | undefined =>
  given && new Date(/(Z|[+-]\d\d:?\d\d)$/i.test(given) ? given : `${given}Z`).toISOString();

function firstTime(times: Schedule): string | null {
  const { schedule, timezone, end_time } = times;
  try {
    const next = nextTime(times, new Date());
    if (next !== null || end_time !== null) return next;
    throw new TypeError("there is no such time");
  } catch (error) {
    const place = timezone === null ? "" : ` in "${timezone}"`;
    throw new TroupeError(
      "invalid_request",
      `The schedule "${schedule}"${place} is refused: ${(error as Error).message}.`,
      {
        hint: "Give five fields as crontab has them, such as 0 9 * * 1-5, and a time zone such as Europe/Rome.",
        cause: error,
      },
    );
  }
}
