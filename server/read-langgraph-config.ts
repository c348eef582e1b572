import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { TroupeError } from "../errors.ts";
import { AuthConfig } from "./auth/load-auth.ts";
import { CheckpointerConfig } from "./checkpointer-config.ts";
import { HttpConfig } from "./http-config.ts";
import { StoreConfig } from "./store-config.ts";

const GraphSpec = z.union([
  z.string().min(1),
  z.looseObject({ path: z.string().min(1), description: z.string().optional() }),
]);

/** What a server is set to beside its graphs and their environment. */
export const Settings = z.object({
  checkpointer: CheckpointerConfig.prefault({}),
  auth: AuthConfig.optional(),
  http: HttpConfig.prefault({}),
  store: StoreConfig.prefault({}),
});

const File = Settings.extend({
  graphs: z
    .record(z.string().min(1), GraphSpec)
    .refine((graphs) => Object.keys(graphs).length > 0, "it names no graph"),
  env: z.union([z.string(), z.record(z.string(), z.string())]).default({}),
});

/** Where a graph is: `path` is `file:export`, relative to the folder of the `langgraph.json` that names it. */
export interface GraphPath {
  path: string;
  description?: string;
}

/** What a `langgraph.json` asks for, checked. */
export interface LangGraphConfig extends z.output<typeof Settings> {
  /** The absolute folder that the paths in it are relative to. */
  folder: string;
  graphs: Record<string, GraphPath>;
  /** Variables for the graphs, those of its `env` file included. */
  env: Record<string, string>;
}

/**
 * Reads a `langgraph.json` in the official format; fields that Troupe has no use for are ignored.
 * Throws `config_invalid`, naming the file and the field.
 */
export function readLangGraphConfig(path: string): LangGraphConfig {
  const file = resolve(path);
  const folder = dirname(file);
  const { graphs, env, ...settings } = checkConfig(File, readJson(file), file);
  return {
    folder,
    graphs: Object.fromEntries(
      Object.entries(graphs).map(([id, spec]) => [id, typeof spec === "string" ? { path: spec } : spec]),
    ),
    env: typeof env === "string" ? readEnvFile(resolve(folder, env), file) : env,
    ...settings,
  };
}

/** Answers a configuration as the schema reads it. Throws `config_invalid`, naming the field. */
export function checkConfig<Schema extends z.ZodType>(schema: Schema, value: unknown, file: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TroupeError("config_invalid", `"${issue?.path.join(".")}" in "${file}" is not right: ${issue?.message}.`, {
    hint: 'A langgraph.json looks like { "graphs": { "agent": "./agent.ts:graph" }, "env": ".env" }.',
  });
}

function readJson(file: string): unknown {
  const text = readText(file, `Create it, or name another with --config.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TroupeError("config_invalid", `"${file}" is not valid JSON: ${(error as Error).message}.`, {
      hint: "Correct the JSON; a langgraph.json takes no comments and no trailing commas.",
      cause: error,
    });
  }
}

function readEnvFile(file: string, config: string): Record<string, string> {
  const text = readText(file, `Create it, or take "env" out of "${config}".`);
  return parseEnv(text) as Record<string, string>;
}

function readText(file: string, hint: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const problem = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    throw new TroupeError("config_invalid", `The file "${file}" ${problem}.`, { hint, cause: error });
  }
}
