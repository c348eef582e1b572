import { z } from "zod";

const names = z.array(z.string()).optional();

/** `http.cors` of `langgraph.json`: which web pages may talk to the server, beside those of this machine and Studio. */
const CorsConfig = z.looseObject({
  allow_origins: names,
  allow_origin_regex: z
    .string()
    .refine((text) => isPattern(text), "it is no regular expression")
    .optional(),
  allow_methods: names,
  allow_headers: names,
  expose_headers: names,
  allow_credentials: z.boolean().optional(),
  max_age: z.number().min(0).optional(),
});

const flag = z.boolean().default(false);

/** `http` of `langgraph.json`. */
export const HttpConfig = z.looseObject({
  /** `file:export` of an Express router or app, or of a fetch handler such as a Hono app. */
  app: z.string().min(1).optional(),
  cors: CorsConfig.prefault({}),
  disable_assistants: flag,
  disable_threads: flag,
  disable_runs: flag,
  disable_store: flag,
  disable_meta: flag,
});

export type CorsRules = z.output<typeof CorsConfig>;

function isPattern(text: string): boolean {
  try {
    RegExp(text);
    return true;
  } catch {
    return false;
  }
}
