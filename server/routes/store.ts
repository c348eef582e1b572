import { InvalidNamespaceError, type Item, validateNamespace } from "@langchain/langgraph-checkpoint";
import { type Request, Router } from "express";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import { isVisible } from "../../storage/sqlite/contains.ts";
import { check, Limit, MetadataBody, Offset, QueryBoolean } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { sendJson } from "../send-json.ts";

const Labels = z.array(z.string()).max(100);
const Key = z.string().max(10_000);

export const PutBody = z.looseObject({
  namespace: Labels.min(1),
  key: Key,
  value: MetadataBody,
  index: z.union([z.literal(false), z.array(z.string())]).nullish(),
  /** Minutes; null for an item that stays. */
  ttl: z.number().positive().max(1e9).nullish(),
});

export const DeleteBody = z.looseObject({ namespace: Labels.default([]), key: Key });

export const GetQuery = z.looseObject({
  namespace: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((labels) =>
      typeof labels === "string" ? labels.split(".").filter((label, _, all) => label !== "" || all.length > 1) : labels,
    ),
  key: Key,
  refresh_ttl: QueryBoolean,
});

export const SearchBody = z.looseObject({
  namespace_prefix: Labels.default([]),
  filter: MetadataBody.nullish(),
  limit: Limit.default(10),
  offset: Offset.default(0),
  query: z.string().nullish(),
  refresh_ttl: z.boolean().nullish(),
});

export const NamespacesBody = z.looseObject({
  prefix: Labels.nullish(),
  suffix: Labels.nullish(),
  max_depth: z.int().min(1).nullish(),
  limit: Limit.default(100),
  offset: Offset.default(0),
});

/** The store: what graphs keep between threads, for people and programs to read and change. */
export function storeRoutes({ storage: { store }, authorize }: ServerContext): Router {
  /** An item that the caller may see; one that is hidden is not there. */
  async function find(request: Request, event: "get" | "put" | "delete", value: { namespace: string[]; key: string }) {
    const allowed = await authorize(request, `store:${event}`, value);
    const { namespace, key } = allowed.value;
    checkNamespace(namespace, event === "put");
    const item = await store.getItem(namespace, key, { refresh_ttl: false });
    const sees = (seen: Pick<Item, "namespace" | "key" | "value">) =>
      isVisible({ ...seen.value, namespace: seen.namespace, key: seen.key }, allowed.filters);
    if (item && !sees(item)) throw itemNotFound(namespace, key);
    return { ...allowed.value, item, sees };
  }

  return Router()
    .put("/store/items", async (request, response) => {
      const body = check(PutBody, request.body ?? {}, "body");
      const { namespace, key, value } = body;
      const allowed = await find(request, "put", { namespace, key, value } as typeof body);
      const put = allowed as typeof allowed & { value: Record<string, unknown> };
      if (!allowed.sees(put)) {
        throw new TroupeError("forbidden", `The item "${key}" is not for this caller to write.`, {
          hint: "Write what the auth handler of langgraph.json lets this caller see.",
        });
      }
      const { index, ttl } = body;
      await store.putItem(put.namespace, put.key, put.value, { index: index ?? undefined, ttl });
      response.status(204).end();
    })

    .get("/store/items", async (request, response) => {
      const { namespace, key, refresh_ttl } = check(GetQuery, request.query, "query");
      const found = await find(request, "get", { namespace, key });
      const item = found.item && (await store.getItem(found.namespace, found.key, { refresh_ttl }));
      sendJson(response, item ? toWire(item) : null);
    })

    .delete("/store/items", async (request, response) => {
      const { namespace, key } = check(DeleteBody, request.body ?? {}, "body");
      const found = await find(request, "delete", { namespace, key });
      if (found.item) await store.delete(found.namespace, found.key);
      response.status(204).end();
    })

    .post("/store/items/search", async (request, response) => {
      const { namespace_prefix, filter, limit, offset, query, refresh_ttl } = check(
        SearchBody,
        request.body ?? {},
        "body",
      );
      const asked = {
        namespace: namespace_prefix,
        filter: filter ?? undefined,
        limit,
        offset,
        query: query ?? undefined,
      };
      const { value, filters } = await authorize(request, "store:search", asked);
      checkNamespace(value.namespace);
      const { namespace, ...search } = value;
      const items = await store.searchItems(namespace, {
        ...search,
        refresh_ttl: refresh_ttl ?? undefined,
        visible: filters,
      });
      sendJson(response, { items: items.map(toWire) });
    })

    .post("/store/namespaces", async (request, response) => {
      const { prefix, suffix, max_depth, limit, offset } = check(NamespacesBody, request.body ?? {}, "body");
      const asked = {
        namespace: prefix ?? undefined,
        suffix: suffix ?? undefined,
        max_depth: max_depth ?? undefined,
        limit,
        offset,
      };
      const { value, filters } = await authorize(request, "store:list_namespaces", asked);
      checkNamespace(value.namespace ?? []);
      checkNamespace(value.suffix ?? []);
      const listed = await store.listNamespaces({
        prefix: value.namespace,
        suffix: value.suffix,
        maxDepth: value.max_depth,
        ...(filters ? { limit: Infinity } : { limit: value.limit, offset: value.offset }),
      });
      const visible = filters && listed.filter((namespace) => isVisible({ namespace }, filters));
      const namespaces = visible?.slice(value.offset, value.offset + value.limit) ?? listed;
      sendJson(response, { namespaces });
    });
}

const toWire = ({ createdAt, updatedAt, ...item }: Item) => ({ ...item, created_at: createdAt, updated_at: updatedAt });

/** Throws `invalid_request` for labels that LangGraph's stores refuse. */
function checkNamespace(namespace: string[], mayBeWritten = false): void {
  try {
    validateNamespace(namespace, { allowEmpty: !mayBeWritten, allowReservedRoot: !mayBeWritten });
  } catch (error) {
    if (!(error instanceof InvalidNamespaceError)) throw error;
    throw new TroupeError("invalid_request", error.message, {
      hint: 'Give labels such as ["users", "ann"], none of them empty, with no period or colon in them.',
      cause: error,
    });
  }
}

const itemNotFound = (namespace: readonly string[], key: string) =>
  new TroupeError("item_not_found", `There is no item "${key}" in "${namespace.join(".")}".`, {
    hint: "List what there is with POST /store/items/search.",
  });
