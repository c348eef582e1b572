import type { Assistant, AssistantVersion } from "@langchain/langgraph-sdk";
import { TroupeError } from "../../errors.ts";
import type { AssistantQuery, AssistantStorage, MetadataFilters } from "../storage.ts";
import type { Commit } from "./commits.ts";
import type { Database, Parameter } from "./connection.ts";
import { isVisible, toContained } from "./contains.ts";
import { refuseDeep } from "./escape-plain.ts";

/** What an assistant and its versions have in common, as columns. */
interface StoredVersion extends Omit<AssistantVersion, "description" | "config" | "context" | "metadata"> {
  description: string | null;
  config: string;
  context: string | null;
  metadata: string;
}

interface StoredAssistant extends StoredVersion {
  updated_at: string;
}

type Unpacked<Row> = Omit<Row, "description" | "config" | "context" | "metadata"> &
  Pick<AssistantVersion, "description" | "config" | "context" | "metadata">;

const versionColumns = "assistant_id, version, graph_id, name, description, config, context, metadata, created_at";
const columns = `${versionColumns}, updated_at`;

/** A query's names become part of the SQL only by way of these. */
const sortColumns = {
  assistant_id: "assistant_id",
  graph_id: "graph_id",
  created_at: "created_at",
  updated_at: "updated_at",
  name: "name COLLATE NOCASE",
};
const sortOrders = { asc: "ASC", desc: "DESC" };

/** Assistants in SQLite. */
export function createSqliteAssistants(database: Database, commit: Commit): AssistantStorage {
  const find = (assistant_id: string): Assistant | undefined => {
    const row = database
      .prepare<StoredAssistant>(`SELECT ${columns} FROM assistants WHERE assistant_id = ?`)
      .get(assistant_id);
    return row && fromColumns(row);
  };

  const require = (assistant_id: string, filters?: MetadataFilters): Assistant => {
    const assistant = find(assistant_id);
    if (assistant && isVisible(assistant.metadata ?? {}, filters)) return assistant;
    throw new TroupeError("assistant_not_found", `There is no assistant "${assistant_id}".`, {
      hint: "List the assistants with POST /assistants/search.",
    });
  };

  const findVersion = (assistant_id: string, version: number): AssistantVersion => {
    const row = database
      .prepare<StoredVersion>(`SELECT ${versionColumns} FROM assistant_versions WHERE assistant_id = ? AND version = ?`)
      .get(assistant_id, version);
    if (row) return fromColumns(row);
    const message = `The assistant "${assistant_id}" has no version "${version}".`;
    throw new TroupeError("assistant_version_not_found", message, {
      hint: `List its versions with POST /assistants/${assistant_id}/versions.`,
    });
  };

  const addVersion = ({ updated_at, ...assistant }: Assistant) =>
    insert(database, "assistant_versions", versionColumns, { ...assistant, created_at: updated_at });

  function count(query: AssistantQuery): number {
    const { where, parameters } = toConditions(query);
    const counted = database.prepare<{ total: number }>(`SELECT count(*) total FROM assistants WHERE ${where}`);
    return counted.get(...parameters)!.total;
  }

  return {
    create(assistant, { if_exists, filters }) {
      refuseDeep(assistant.metadata);
      return commit(() => {
        const known = find(assistant.assistant_id);
        if (known && if_exists === "do_nothing" && isVisible(known.metadata ?? {}, filters)) return known;
        if (known) {
          throw new TroupeError("assistant_exists", `The assistant "${assistant.assistant_id}" exists already.`, {
            hint: 'Choose another assistant_id, or send if_exists: "do_nothing" to get the one that is there.',
          });
        }
        const now = new Date().toISOString();
        const created = { ...assistant, version: 1, created_at: now, updated_at: now };
        insert(database, "assistants", columns, created);
        addVersion(created);
        return require(assistant.assistant_id);
      });
    },

    get: async (assistant_id, filters) => require(assistant_id, filters),

    async search({ limit, offset, sort_by, sort_order, ...query }) {
      const { where, parameters } = toConditions(query);
      const order = `${sortColumns[sort_by]} ${sortOrders[sort_order]}, assistant_id`;
      const rows = database
        .prepare<StoredAssistant>(`SELECT ${columns} FROM assistants WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
        .all(...parameters, limit, offset);
      return { rows: rows.map(fromColumns), total: count(query) };
    },

    count: async (query) => count(query),

    update(assistant_id, { metadata, ...change }, filters) {
      refuseDeep(metadata);
      return commit(() => {
        const assistant = require(assistant_id, filters);
        const { newest } = database
          .prepare<{ newest: number }>("SELECT max(version) newest FROM assistant_versions WHERE assistant_id = ?")
          .get(assistant_id)!;
        const changed: Assistant = {
          ...assistant,
          ...change,
          metadata: { ...assistant.metadata, ...metadata },
          version: newest + 1,
          updated_at: new Date().toISOString(),
        };
        insert(database, "assistants", columns, changed);
        addVersion(changed);
        return changed;
      });
    },

    setLatest: (assistant_id, version, filters) =>
      commit(() => {
        const { created_at } = require(assistant_id, filters);
        const earlier = findVersion(assistant_id, version);
        const changed: Assistant = { ...earlier, created_at, updated_at: new Date().toISOString() };
        insert(database, "assistants", columns, changed);
        return changed;
      }),

    async listVersions(assistant_id, { metadata, limit, offset }, filters) {
      require(assistant_id, filters);
      refuseDeep(metadata);
      const rows = database
        .prepare<StoredVersion>(
          `SELECT ${versionColumns} FROM assistant_versions WHERE assistant_id = ?
             AND json_contains(metadata, ?) AND json_contains(metadata, ?) ORDER BY version DESC LIMIT ? OFFSET ?`,
        )
        .all(assistant_id, JSON.stringify(metadata ?? {}), JSON.stringify(toContained(filters)), limit, offset);
      return rows.map(fromColumns);
    },

    delete: (assistant_id, filters) =>
      commit(() => {
        require(assistant_id, filters);
        for (const table of ["assistants", "assistant_versions"]) {
          database.prepare(`DELETE FROM ${table} WHERE assistant_id = ?`).run(assistant_id);
        }
      }),
  };
}

function toConditions({ graph_id, name, metadata, filters }: AssistantQuery): {
  where: string;
  parameters: Parameter[];
} {
  const conditions: [sql: string, parameter: string][] = [];
  if (graph_id !== undefined) conditions.push(["graph_id = ?", graph_id]);
  if (name !== undefined) conditions.push(["instr(lower(name), lower(?)) > 0", name]);
  for (const asked of [metadata ?? {}, toContained(filters)]) {
    refuseDeep(asked);
    if (Object.keys(asked).length > 0) conditions.push(["json_contains(metadata, ?)", JSON.stringify(asked)]);
  }
  return {
    where: conditions.map(([sql]) => sql).join(" AND ") || "TRUE",
    parameters: conditions.map(([, parameter]) => parameter),
  };
}

/** Inserts a row, in place of an earlier one with its key. */
function insert(database: Database, table: string, names: string, assistant: AssistantVersion): void {
  const stored: Record<string, unknown> = {
    ...assistant,
    description: assistant.description ?? null,
    config: JSON.stringify(assistant.config),
    context: assistant.context === undefined ? null : JSON.stringify(assistant.context),
    metadata: JSON.stringify(assistant.metadata ?? {}),
  };
  const values = names.split(", ").map((name) => stored[name] as Parameter);
  database
    .prepare(`INSERT OR REPLACE INTO ${table} (${names}) VALUES (${values.map(() => "?").join(", ")})`)
    .run(...values);
}

function fromColumns<Row extends StoredVersion>(row: Row): Unpacked<Row> {
  return {
    ...row,
    config: JSON.parse(row.config) as Assistant["config"],
    context: row.context === null ? undefined : (JSON.parse(row.context) as unknown),
    metadata: JSON.parse(row.metadata) as Assistant["metadata"],
    // The official server answers null where there is none, whatever the SDK's type says.
    description: row.description as string,
  };
}
