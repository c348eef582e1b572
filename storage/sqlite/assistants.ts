import type { Assistant } from "@langchain/langgraph-sdk";
import { TroupeError } from "../../errors.ts";
import type { AssistantQuery, AssistantStorage } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database } from "./connection.ts";
import { refuseDeep } from "./escape-plain.ts";

interface AssistantRow extends Omit<Assistant, "description" | "config" | "context" | "metadata"> {
  description: string | null;
  config: string;
  context: string | null;
  metadata: string;
}

/** A query's names become part of the SQL only by way of these. */
const sortColumns = {
  assistant_id: "assistant_id",
  graph_id: "graph_id",
  created_at: "created_at",
  updated_at: "updated_at",
  name: "name COLLATE NOCASE",
};
const sortOrders = { asc: "ASC", desc: "DESC" };

/** Every key that is asked for is there and has that value; objects and lists are compared as a whole. */
const metadataMatches = `NOT EXISTS (
  SELECT 1 FROM json_each(?) asked WHERE NOT EXISTS (
    SELECT 1 FROM json_each(metadata) has
    WHERE has.key = asked.key AND has.type = asked.type AND has.value IS asked.value
  )
)`;

/** Assistants in SQLite. */
export function createSqliteAssistants(database: Database, commit: Commit): AssistantStorage {
  const find = (assistant_id: string) =>
    database.prepare<AssistantRow>("SELECT * FROM assistants WHERE assistant_id = ?").get(assistant_id);

  return {
    create(assistant, { if_exists }) {
      return commit(() => {
        const known = find(assistant.assistant_id);
        if (!known) return insert(database, assistant);
        if (if_exists === "do_nothing") return toAssistant(known);
        throw new TroupeError("assistant_exists", `The assistant "${assistant.assistant_id}" exists already.`, {
          hint: 'Choose another assistant_id, or send if_exists: "do_nothing" to get the one that is there.',
        });
      });
    },

    async get(assistant_id) {
      const row = find(assistant_id);
      if (row) return toAssistant(row);
      throw new TroupeError("assistant_not_found", `There is no assistant "${assistant_id}".`, {
        hint: "List the assistants with POST /assistants/search.",
      });
    },

    async search(query) {
      const { where, parameters } = toConditions(query);
      const order = `${sortColumns[query.sort_by]} ${sortOrders[query.sort_order]}, assistant_id`;
      const rows = database
        .prepare<AssistantRow>(`SELECT * FROM assistants WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
        .all(...parameters, query.limit, query.offset);
      const { total } = database
        .prepare<{ total: number }>(`SELECT count(*) total FROM assistants WHERE ${where}`)
        .get(...parameters)!;
      return { rows: rows.map(toAssistant), total };
    },
  };
}

function toConditions({ graph_id, name, metadata }: AssistantQuery): { where: string; parameters: string[] } {
  const conditions: [sql: string, parameter: string][] = [];
  if (graph_id !== undefined) conditions.push(["graph_id = ?", graph_id]);
  if (name !== undefined) conditions.push(["instr(lower(name), lower(?)) > 0", name]);
  if (metadata) conditions.push([metadataMatches, toJson(metadata)]);
  return {
    where: conditions.map(([sql]) => sql).join(" AND ") || "TRUE",
    parameters: conditions.map(([, parameter]) => parameter),
  };
}

/** SQLite reads no JSON that is nested deeper than a thousand levels. */
function toJson(metadata: object): string {
  refuseDeep(metadata);
  return JSON.stringify(metadata);
}

function insert(database: Database, assistant: Assistant): Assistant {
  database
    .prepare("INSERT INTO assistants VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    .run(
      assistant.assistant_id,
      assistant.graph_id,
      assistant.name,
      assistant.description ?? null,
      JSON.stringify(assistant.config),
      assistant.context === undefined ? null : JSON.stringify(assistant.context),
      toJson(assistant.metadata ?? {}),
      assistant.version,
      assistant.created_at,
      assistant.updated_at,
    );
  return assistant;
}

function toAssistant(row: AssistantRow): Assistant {
  const { description, config, context, metadata, ...rest } = row;
  return {
    ...rest,
    ...(description !== null && { description }),
    config: JSON.parse(config) as Assistant["config"],
    context: context === null ? undefined : JSON.parse(context),
    metadata: JSON.parse(metadata) as Assistant["metadata"],
  };
}
