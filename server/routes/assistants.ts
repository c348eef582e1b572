import { v7 } from "@langchain/core/utils/uuid";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { AssistantChange } from "../../storage/storage.ts";
import { check, ConfigBody, Id, Limit, MetadataBody, Offset, QueryBoolean } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { findAssistant, toAssistantId } from "../find-assistant.ts";
import { sendJson, sendPage } from "../send-json.ts";

/** What to change of an assistant. */
export const PatchBody = z.looseObject({
  graph_id: z.string().nullish(),
  config: ConfigBody.nullish(),
  context: z.unknown().optional(),
  metadata: MetadataBody.nullish(),
  name: z.string().nullish(),
  description: z.string().nullish(),
});
/** A new assistant. */
export const CreateBody = PatchBody.extend({
  assistant_id: Id.nullish(),
  graph_id: z.string(),
  if_exists: z.enum(["raise", "do_nothing"]).nullish(),
});
/** Which assistants to count. */
export const CountBody = z.looseObject({
  graph_id: z.string().nullish(),
  name: z.string().nullish(),
  metadata: MetadataBody.nullish(),
});
/** Which assistants to answer, and how. */
export const SearchBody = CountBody.extend({
  limit: Limit.nullish(),
  offset: Offset.nullish(),
  sort_by: z.enum(["assistant_id", "graph_id", "created_at", "updated_at", "name"]).nullish(),
  sort_order: z.enum(["asc", "desc"]).nullish(),
  select: z.array(z.string()).nullish(),
});
/** Which versions of an assistant to answer. */
export const VersionsBody = z.looseObject({
  metadata: MetadataBody.nullish(),
  limit: Limit.nullish(),
  offset: Offset.nullish(),
});
/** The version to go back to. */
export const LatestBody = z.looseObject({ version: z.int() });
/** What to delete with an assistant. */
export const DeleteQuery = z.looseObject({ delete_threads: QueryBoolean });

/** How many threads of an assistant are looked up at once to delete them. */
const deletedAtOnce = 1000;

/** Assistants: graphs with the settings they run with, in versions. */
export function assistantRoutes(context: ServerContext): Router {
  const { authorize, graphs, worker } = context;
  const { assistants, threads } = context.storage;

  /** Answers what changes an assistant, once the caller may do so. */
  async function change(request: Request, response: Response): Promise<void> {
    const assistant_id = await idOf(request);
    const { graph_id, config, context: given, metadata, name, description } = check(PatchBody, request.body, "body");
    if (graph_id != null) graphs.peek(graph_id);
    const asked = withoutNull({ graph_id, config, context: given, metadata, name, description });
    const { filters, value } = await authorize(request, "assistants:update", { assistant_id, ...asked });
    const changed = { ...asked, metadata: value.metadata } as AssistantChange;
    sendJson(response, await assistants.update(assistant_id, changed, filters));
  }

  /** The id behind the path's, which may be a graph's. Throws `assistant_not_found` for what can be neither. */
  async function idOf(request: Request): Promise<string> {
    const name = String(request.params.assistant_id);
    const assistant_id = toAssistantId(graphs, name);
    return Id.safeParse(assistant_id).success ? assistant_id : (await findAssistant(context, name)).assistant_id;
  }

  /** Deletes the threads of an assistant that the caller may delete. */
  async function deleteThreads(request: Request, assistant_id: string): Promise<void> {
    const query = {
      metadata: { assistant_id },
      limit: deletedAtOnce,
      sort_by: "thread_id",
      sort_order: "asc",
    } as const;
    for (let found = deletedAtOnce, kept = 0; found === deletedAtOnce;) {
      const { rows } = await threads.search({ ...query, offset: kept });
      found = rows.length;
      for (const { thread_id } of rows) {
        const { filters } = await authorize(request, "threads:delete", { thread_id });
        if (await threads.prune(thread_id, "delete", filters)) worker.abandon(thread_id);
        else kept += 1;
      }
    }
  }

  return Router()
    .post("/assistants", async (request, response) => {
      const body = check(CreateBody, request.body, "body");
      graphs.peek(body.graph_id);
      const { filters, value } = await authorize(request, "assistants:create", {
        assistant_id: body.assistant_id ?? v7(),
        graph_id: body.graph_id,
        config: body.config ?? {},
        context: body.context ?? {},
        metadata: body.metadata ?? {},
        if_exists: body.if_exists ?? "raise",
        name: body.name ?? "Untitled",
        description: body.description ?? undefined,
      });
      const { if_exists, ...assistant } = value;
      sendJson(response, await assistants.create(assistant, { if_exists, filters }));
    })

    .post("/assistants/search", async (request, response) => {
      const body = check(SearchBody, request.body ?? {}, "body");
      const { limit = 10, offset = 0, sort_by = "created_at", sort_order = "desc", select } = withoutNull(body);
      const query = { ...toQuery(body), limit, offset };
      const { filters } = await authorize(request, "assistants:search", query);
      const { rows, total } = await assistants.search({ ...query, filters, sort_by, sort_order });
      sendPage(response, rows, { offset, total, select });
    })

    .post("/assistants/count", async (request, response) => {
      const query = toQuery(check(CountBody, request.body ?? {}, "body"));
      const { filters } = await authorize(request, "assistants:search", { ...query, limit: 0, offset: 0 });
      sendJson(response, await assistants.count({ ...query, filters }));
    })

    .get("/assistants/:assistant_id", async (request, response) => {
      const { assistant_id } = request.params;
      const { filters } = await authorize(request, "assistants:read", {
        assistant_id: toAssistantId(graphs, assistant_id),
      });
      sendJson(response, await findAssistant(context, assistant_id, filters));
    })

    .patch("/assistants/:assistant_id", change)

    .delete("/assistants/:assistant_id", async (request, response) => {
      const { delete_threads } = check(DeleteQuery, request.query, "query");
      const assistant_id = await idOf(request);
      const { filters } = await authorize(request, "assistants:delete", { assistant_id });
      // The assistant last, so that a deletion that was cut off can be asked for again.
      await assistants.get(assistant_id, filters);
      if (delete_threads) await deleteThreads(request, assistant_id);
      await assistants.delete(assistant_id, filters);
      sendJson(response, [assistant_id]);
    })

    .post("/assistants/:assistant_id/versions", async (request, response) => {
      const { metadata, limit = 10, offset = 0 } = withoutNull(check(VersionsBody, request.body ?? {}, "body"));
      const assistant_id = await idOf(request);
      const { filters } = await authorize(request, "assistants:read", { assistant_id });
      sendJson(response, await assistants.listVersions(assistant_id, { metadata, limit, offset }, filters));
    })

    .post("/assistants/:assistant_id/latest", async (request, response) => {
      const { version } = check(LatestBody, request.body, "body");
      const assistant_id = await idOf(request);
      const { filters } = await authorize(request, "assistants:update", { assistant_id, version });
      sendJson(response, await assistants.setLatest(assistant_id, version, filters));
    });
}

const toQuery = ({ graph_id, name, metadata }: z.output<typeof CountBody>) => withoutNull({ graph_id, name, metadata });

type WithoutNull<Body> = { [Key in keyof Body]: Exclude<Body[Key], null> };

/** A client's null is as good as nothing. */
const withoutNull = <Body extends object>(body: Body) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value != null)) as WithoutNull<Body>;
