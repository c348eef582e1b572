import { z } from "zod";
import { readVersion } from "../read-package.ts";
import { type Operation, operations } from "./operations.ts";

/** JSON schema, as far as it is read here. */
export interface Schema {
  properties?: Record<string, Schema>;
  required?: string[];
}

/** One operation of an OpenAPI document. */
export interface ApiOperation {
  tags: string[];
  summary: string;
  parameters: { name: string; in: "path" | "query"; required: boolean; schema: Schema }[];
  requestBody?: { required: boolean; content: { "application/json": { schema: Schema } } };
  responses: Record<string, unknown>;
}

/** An OpenAPI 3.1 document. */
export interface ApiDocument {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, ApiOperation>>;
  [part: string]: unknown;
}

const text = { schema: { type: "string" } };
const failure = {
  description: "What is wrong, as text; its code and a hint, percent-encoded, are in headers.",
  headers: { "x-troupe-error": text, "x-troupe-hint": text },
  content: { "text/plain": text },
};

/** Describes the operations among `routes` (`METHOD /path`) as OpenAPI 3.1. */
export function describeApi(routes: readonly string[]): ApiDocument {
  const paths: ApiDocument["paths"] = {};
  for (const route of routes) {
    const operation = operations[route];
    const [method = "", pattern = ""] = route.split(" ");
    if (!operation) continue;
    for (const path of expand(pattern)) {
      (paths[path.replace(/:(\w+)/g, "{$1}")] ??= {})[method.toLowerCase()] = toOperation(path, operation);
    }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Troupe",
      version: readVersion(),
      description: "The LangGraph API: graphs served with durable threads and runs.",
    },
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
        bearer: { type: "http", scheme: "bearer" },
      },
    },
    security: [{}, { apiKey: [] }, { bearer: [] }],
  };
}

/** OpenAPI has no parts of a path that may be missing, `{/:name}` in Express. */
const expand = (pattern: string): string[] =>
  pattern.includes("{") ? [pattern.replace(/\{.*\}/, ""), pattern.replace(/[{}]/g, "")] : [pattern];

function toOperation(path: string, { summary, body, query }: Operation): ApiOperation {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const { properties = {}, required = [] } = query ? toSchema(query) : {};
  const asked = Object.entries(properties);
  return {
    tags: [path.split("/")[1] ?? ""],
    summary,
    parameters: [
      ...names.map((name) => ({ name, in: "path" as const, required: true, schema: { type: "string" } as Schema })),
      ...asked.map(([name, schema]) => ({ name, in: "query" as const, required: required.includes(name), schema })),
    ],
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: toSchema(body) } } } }),
    responses: { "2XX": { description: "Done." }, "4XX": failure },
  };
}

function toSchema(schema: z.ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest as Schema;
}
