import { resolve } from "node:path";
import { z } from "zod";
import { TroupeError } from "./errors.ts";

/** The port of a server when nobody names one, as of LangGraph's own development server. */
export const defaultPort = 2024;

const text = z.string().trim().min(1).optional();
const list = z
  .string()
  .default("")
  .transform((value) =>
    value
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  );

/** Every environment variable that Troupe reads; `.env.example` explains each, and a test holds the two together. */
const Environment = z.object({
  TROUPE_DATA: z.string().trim().min(1).default(".troupe"),
  TROUPE_API_KEY: text,
  TROUPE_ALLOWED_ORIGINS: list,
  TROUPE_ALLOWED_HOSTS: list,
  TROUPE_WEBHOOK_SECRET: text,
  TROUPE_WEBHOOK_ALLOWED_HOSTS: list,
  TROUPE_MAX_PENDING_RUNS: z.coerce.number().int().min(1).default(10_000),
  TROUPE_MAX_STREAMS: z.coerce.number().int().min(1).default(10_000),
  TROUPE_FORBID_MODEL_CALLS: z.stringbool().default(false),
  TROUPE_TRACE: z.stringbool().default(false),
  MODEL_FAST: text,
  MODEL_SMART: text,
  MODEL_EMBED: text,
  OPENAI_API_KEY: text,
  OPENAI_BASE_URL: text,
  ANTHROPIC_API_KEY: text,
  ANTHROPIC_BASE_URL: text,
  CHROMA_URL: text,
  VECTOR_STORE: z.enum(["auto", "chroma", "sqlite"]).default("auto"),
});

/** The names of the environment variables that Troupe reads. */
export const environmentVariables = Object.keys(Environment.shape);

/** What the environment asks for, checked. */
export type Config = z.output<typeof Environment>;

/**
 * Reads the environment anew at each call, so that a server can set a variable for the graphs it hosts.
 * An empty variable counts as unset. `TROUPE_DATA` comes back as an absolute path.
 * Throws `config_invalid`, naming the variable.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const result = Environment.safeParse(set);
  if (result.success) return { ...result.data, TROUPE_DATA: resolve(result.data.TROUPE_DATA) };
  const [issue] = result.error.issues;
  const name = String(issue?.path[0]);
  throw new TroupeError("config_invalid", `The variable ${name} is "${environment[name]}": ${issue?.message}.`, {
    hint: `Correct or unset ${name}; .env.example says what it takes.`,
  });
}
