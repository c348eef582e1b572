import { type Request, Router } from "express";
import { z } from "zod";
import type { AuthEvent } from "../authorize.ts";
import {
  check,
  CheckpointBody,
  Id,
  Limit,
  MetadataBody,
  QueryBoolean,
  QueryList,
  ThreadPath,
} from "../check-request.ts";
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
import { StateUpdateBody, updateThreadState } from "../update-thread-state.ts";

const Select = z.array(z.string()).nullish();
export const CheckpointStateQuery = z.object({ subgraphs: QueryBoolean, select: QueryList });
export const StateQuery = CheckpointStateQuery.extend({
  checkpoint_id: Id.optional(),
  checkpoint_ns: z.string().optional(),
});
export const StateBody = z.looseObject({
  checkpoint: CheckpointBody.nullish(),
  subgraphs: z.boolean().nullish(),
  select: Select,
});

/** A checkpoint's id, bare, as a checkpoint, or as the config of the SDK's type. */
const Before = z.union([
  Id,
  z.looseObject({ checkpoint_id: Id }).transform(({ checkpoint_id }) => checkpoint_id),
  z
    .looseObject({ configurable: z.looseObject({ checkpoint_id: Id }) })
    .transform(({ configurable }) => configurable.checkpoint_id),
]);

export const HistoryBody = z.looseObject({
  limit: Limit.default(10),
  before: Before.nullish(),
  metadata: MetadataBody.nullish(),
  checkpoint: CheckpointBody.nullish(),
  select: Select,
});
export const HistoryQuery = z.looseObject({
  limit: z.coerce.number().pipe(Limit).default(10),
  before: Id.optional(),
  select: QueryList,
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

  async function findThread(request: Request, event: AuthEvent) {
    const { thread_id } = check(ThreadPath, request.params, "path");
    const { filters } = await context.authorize(request, event, { thread_id });
    return threads.get(thread_id, filters);
  }

  async function answerState(
    request: Request,
    { select, ...query }: CheckpointQuery & { subgraphs?: boolean; select?: string[] | null },
  ) {
    const thread = await findThread(request, "threads:read");
    return pick((await readThreadState(context, thread, query)) ?? empty, select);
  }

  async function answerHistory(request: Request, query: z.output<typeof HistoryBody>) {
    const thread = await findThread(request, "threads:read");
    const graph = await graphOfThread(context, thread);
    if (!graph) return [];
    const before = query.before && { configurable: { checkpoint_id: query.before } };
    const options = {
      limit: query.limit,
      ...(before && { before }),
      ...(query.metadata && { filter: query.metadata }),
    };
    return readApplicable(graph, toConfigurable(thread.thread_id, query.checkpoint ?? {}), async (config) => {
      const states: object[] = [];
      for await (const snapshot of graph.getStateHistory(config, options)) {
        states.push(pick(toThreadState(snapshot), query.select));
      }
      return states;
    });
  }

  return Router()
    .get("/threads/:thread_id/state", async (request, response) => {
      sendJson(response, await answerState(request, check(StateQuery, request.query, "query")));
    })

    .post("/threads/:thread_id/state", async (request, response) => {
      const body = check(StateUpdateBody, request.body ?? {}, "body");
      const thread = await findThread(request, "threads:update");
      sendJson(response, { checkpoint: await updateThreadState(context, thread, body) });
    })

    .post("/threads/:thread_id/state/checkpoint", async (request, response) => {
      const { checkpoint, subgraphs, select } = check(StateBody, request.body ?? {}, "body");
      sendJson(response, await answerState(request, { ...checkpoint, subgraphs: subgraphs ?? false, select }));
    })

    .get("/threads/:thread_id/state/:checkpoint_id", async (request, response) => {
      const { checkpoint_id } = check(z.object({ checkpoint_id: Id }), request.params, "path");
      const { subgraphs, select } = check(CheckpointStateQuery, request.query, "query");
      sendJson(response, await answerState(request, { checkpoint_id, subgraphs, select }));
    })

    .get("/threads/:thread_id/history", async (request, response) => {
      sendJson(response, await answerHistory(request, check(HistoryQuery, request.query, "query")));
    })

    .post("/threads/:thread_id/history", async (request, response) => {
      sendJson(response, await answerHistory(request, check(HistoryBody, request.body ?? {}, "body")));
    });
}

/** The selected fields of a state; `values.messages` selects one of its values. */
function pick(state: object, select: readonly string[] | null | undefined): object {
  if (!select) return state;
  const isValue = (key: string) => select.includes("values") || select.includes(`values.${key}`);
  const { values, ...rest } = state as { values: unknown };
  const fields = Object.entries(rest).filter(([field]) => select.includes(field));
  if (!select.some((field) => /^values(\.|$)/.test(field))) return Object.fromEntries(fields);
  const selected =
    typeof values === "object" && values !== null && !Array.isArray(values)
      ? Object.fromEntries(Object.entries(values).filter(([key]) => isValue(key)))
      : values;
  return { values: selected, ...Object.fromEntries(fields) };
}
