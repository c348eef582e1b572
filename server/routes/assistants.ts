import type { RunnableConfig } from "@langchain/core/runnables";
import { Router } from "express";
import { z } from "zod";
import { check, Limit, MetadataBody, Offset } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { describeSchemas } from "../describe-schemas.ts";
import { findAssistant } from "../find-assistant.ts";
import { sendJson } from "../send-json.ts";

const SearchBody = z.looseObject({
  graph_id: z.string().nullish(),
  name: z.string().nullish(),
  metadata: MetadataBody.nullish(),
  limit: Limit.default(10),
  offset: Offset.default(0),
  sort_by: z.enum(["assistant_id", "graph_id", "created_at", "updated_at", "name"]).default("created_at"),
  sort_order: z.enum(["asc", "desc"]).default("desc"),
  select: z.array(z.string()).nullish(),
});

/** `true`, or how many levels of subgraphs to draw. */
const GraphQuery = z.looseObject({ xray: z.union([z.stringbool(), z.coerce.number().int().min(0)]).optional() });

/** Assistants: which graphs there are, how they look and what they take. */
export function assistantRoutes(context: ServerContext): Router {
  return Router()
    .post("/assistants/search", async (request, response) => {
      const { graph_id, name, metadata, select, ...page } = check(SearchBody, request.body ?? {}, "body");
      const { limit, offset, sort_by, sort_order } = page;
      const filter = { graph_id: graph_id ?? undefined, name: name ?? undefined, metadata: metadata ?? undefined };
      const found = await context.storage.assistants.search({ ...filter, limit, offset, sort_by, sort_order });
      response.set("x-pagination-total", String(found.total));
      if (offset + limit < found.total) response.set("x-pagination-next", String(offset + limit));
      response.json(found.rows.map((row) => pick(row, select)));
    })

    .get("/assistants/:assistant_id", async (request, response) => {
      response.json(await findAssistant(context, request.params.assistant_id));
    })

    .get("/assistants/:assistant_id/graph", async (request, response) => {
      const { xray } = check(GraphQuery, request.query, "query");
      const { graph_id, config } = await findAssistant(context, request.params.assistant_id);
      const graph = await context.graphs.get(graph_id, config);
      const drawable = await graph.getGraphAsync({ configurable: config.configurable, xray } as RunnableConfig);
      sendJson(response, drawable.toJSON());
    })

    .get("/assistants/:assistant_id/schemas", async (request, response) => {
      const { graph_id, config } = await findAssistant(context, request.params.assistant_id);
      response.json(describeSchemas(await context.graphs.get(graph_id, config), graph_id));
    });
}

function pick<Row extends object>(row: Row, fields: readonly string[] | null | undefined): Partial<Row> {
  if (!fields) return row;
  return Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field))) as Partial<Row>;
}
