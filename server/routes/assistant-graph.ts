import type { RunnableConfig } from "@langchain/core/runnables";
import type { Config } from "@langchain/langgraph-sdk";
import { type Request, Router } from "express";
import { z } from "zod";
import { check, QueryBoolean } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { describeSchemas } from "../describe-schemas.ts";
import { findAssistant, toAssistantId } from "../find-assistant.ts";
import type { AnyGraph } from "../load-graphs.ts";
import { readTypes } from "../read-types.ts";
import { sendJson } from "../send-json.ts";

/** Whether to draw subgraphs, or how many levels of them. */
export const GraphQuery = z.looseObject({ xray: z.union([z.stringbool(), z.coerce.number().int().min(0)]).optional() });
/** Whether to answer the subgraphs of subgraphs too. */
export const SubgraphQuery = z.looseObject({ recurse: QueryBoolean });

/** What an assistant's graph looks like, and what it takes and answers. */
export function assistantGraphRoutes(context: ServerContext): Router {
  /** The graph of the assistant in the path, as its settings make it. */
  async function find(request: Request): Promise<{ graph_id: string; config: Config; graph: AnyGraph }> {
    const name = String(request.params.assistant_id);
    const assistant_id = toAssistantId(context.graphs, name);
    const { filters } = await context.authorize(request, "assistants:read", { assistant_id });
    const { graph_id, config } = await findAssistant(context, name, filters);
    return { graph_id, config, graph: await context.graphs.get(graph_id, { ...config }) };
  }

  return Router()
    .get("/assistants/:assistant_id/graph", async (request, response) => {
      const { xray } = check(GraphQuery, request.query, "query");
      const { graph, config } = await find(request);
      const drawable = await graph.getGraphAsync({ configurable: config.configurable, xray } as RunnableConfig);
      sendJson(response, drawable.toJSON());
    })

    .get("/assistants/:assistant_id/schemas", async (request, response) => {
      const { graph, graph_id } = await find(request);
      const place = context.graphs.locate(graph_id);
      sendJson(response, { graph_id, ...(await describeSchemas(graph, () => readTypes(place))) });
    })

    .get("/assistants/:assistant_id/subgraphs{/:namespace}", async (request, response) => {
      const { recurse } = check(SubgraphQuery, request.query, "query");
      const { graph } = await find(request);
      const subgraphs: Record<string, unknown> = {};
      for await (const [namespace, subgraph] of graph.getSubgraphsAsync(request.params.namespace, recurse)) {
        subgraphs[namespace] = await describeSchemas(subgraph as AnyGraph);
      }
      sendJson(response, subgraphs);
    });
}
