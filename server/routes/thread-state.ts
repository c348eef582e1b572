import type { ThreadState } from "@langchain/langgraph-sdk";
import { Router } from "express";
import { z } from "zod";
import { isTroupeError, TroupeError } from "../../errors.ts";
import { check, CheckpointBody, Id, Limit, MetadataBody, QueryBoolean, ThreadPath } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import {
  type CheckpointQuery,
  graphOfThread,
  readApplicable,
  readThreadState,
  toConfigurable,
} from "../read-thread-state.ts";
import { sendJson } from "../send-json.ts";
import { toThreadState } from "../thread-state.ts";
import { toWireError } from "../wire-json.ts";

const StateQuery = z.looseObject({ subgraphs: QueryBoolean });
const StateBody = z.looseObject({ checkpoint: CheckpointBody.nullish(), subgraphs: z.boolean().nullish() });

/** A checkpoint's id, bare, as a checkpoint, or as the config of the SDK's type. */
const Before = z.union([
  Id,
  z.looseObject({ checkpoint_id: Id }).transform(({ checkpoint_id }) => checkpoint_id),
  z
    .looseObject({ configurable: z.looseObject({ checkpoint_id: Id }) })
    .transform(({ configurable }) => configurable.checkpoint_id),
]);

const HistoryBody = z.looseObject({
  limit: Limit.default(10),
  before: Before.nullish(),
  metadata: MetadataBody.nullish(),
  checkpoint: CheckpointBody.nullish(),
});
const HistoryQuery = z.looseObject({ limit: z.coerce.number().pipe(Limit).default(10), before: Id.optional() });

const UpdateBody = z.looseObject({
  values: z.union([MetadataBody, z.array(MetadataBody)]).nullish(),
  as_node: z.string().nullish(),
  checkpoint: CheckpointBody.nullish(),
  checkpoint_id: Id.nullish(),
});

const empty = {
  values: {},
  next: [],
  tasks: [],
  metadata: {},
  created_at: null,
  checkpoint: null,
  parent_checkpoint: null,
};

/** A thread's state: as it is, as it was, and as a person wants it to be. */
export function threadStateRoutes(context: ServerContext): Router {
  const { threads } = context.storage;

  async function answerState(thread_id: string, query: CheckpointQuery & { subgraphs?: boolean }) {
    return (await readThreadState(context, await threads.get(thread_id), query)) ?? empty;
  }

  async function answerHistory(thread_id: string, query: z.output<typeof HistoryBody>) {
    const graph = await graphOfThread(context, await threads.get(thread_id));
    if (!graph) return [];
    const before = query.before && { configurable: { checkpoint_id: query.before } };
    const options = {
      limit: query.limit,
      ...(before && { before }),
      ...(query.metadata && { filter: query.metadata }),
    };
    return readApplicable(graph, toConfigurable(thread_id, query.checkpoint ?? {}), async (config) => {
      const states: ThreadState[] = [];
      for await (const snapshot of graph.getStateHistory(config, options)) states.push(toThreadState(snapshot));
      return states;
    });
  }

  return Router()
    .get("/threads/:thread_id/state", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const { subgraphs } = check(StateQuery, request.query, "query");
      sendJson(response, await answerState(thread_id, { subgraphs }));
    })

    .post("/threads/:thread_id/state", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const body = check(UpdateBody, request.body ?? {}, "body");
      sendJson(response, await updateState(context, thread_id, body));
    })

    .post("/threads/:thread_id/state/checkpoint", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const { checkpoint, subgraphs } = check(StateBody, request.body ?? {}, "body");
      sendJson(response, await answerState(thread_id, { ...checkpoint, subgraphs: subgraphs ?? false }));
    })

    .get("/threads/:thread_id/state/:checkpoint_id", async (request, response) => {
      const { thread_id, checkpoint_id } = check(ThreadPath.extend({ checkpoint_id: Id }), request.params, "path");
      const { subgraphs } = check(StateQuery, request.query, "query");
      sendJson(response, await answerState(thread_id, { checkpoint_id, subgraphs }));
    })

    .get("/threads/:thread_id/history", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const { limit, before } = check(HistoryQuery, request.query, "query");
      sendJson(response, await answerHistory(thread_id, { limit, before }));
    })

    .post("/threads/:thread_id/history", async (request, response) => {
      const { thread_id } = check(ThreadPath, request.params, "path");
      const body = check(HistoryBody, request.body ?? {}, "body");
      sendJson(response, await answerHistory(thread_id, body));
    });
}

async function updateState(context: ServerContext, thread_id: string, body: z.output<typeof UpdateBody>) {
  const thread = await context.storage.threads.get(thread_id);
  const graph = await graphOfThread(context, thread);
  if (!graph) {
    throw new TroupeError("invalid_request", `No graph has run on the thread "${thread_id}", so it has no state.`, {
      hint: "Create the thread with metadata.graph_id, or start a run on it first.",
    });
  }
  if (thread.status === "busy") {
    throw new TroupeError("thread_busy", `A run is changing the state of the thread "${thread_id}".`, {
      hint: "Wait until it has ended.",
    });
  }
  if (body.as_node && !body.as_node.startsWith("__") && !Object.hasOwn(graph.nodes, body.as_node)) {
    const names = Object.keys(graph.nodes).filter((name) => !name.startsWith("__"));
    throw new TroupeError("invalid_request", `The graph has no node "${body.as_node}".`, {
      hint: `Name one of its nodes: ${names.map((name) => `"${name}"`).join(", ")}.`,
    });
  }
  const checkpoint = { ...(body.checkpoint_id && { checkpoint_id: body.checkpoint_id }), ...body.checkpoint };
  try {
    const config = await graph.updateState(
      { configurable: toConfigurable(thread_id, checkpoint) },
      body.values,
      body.as_node ?? undefined,
    );
    return { checkpoint: config.configurable };
  } catch (error) {
    if (isTroupeError(error)) throw error;
    // The rest is from the graph: its schema, or a reducer that cannot take the values.
    throw new TroupeError("invalid_request", `The state cannot be updated: ${toWireError(error).message}`, {
      hint: "Say with as_node which node the values come from, and give values that fit the state's schema.",
      cause: error,
    });
  }
}
