import { z } from "zod";
import { TroupeError } from "../errors.ts";

/** Below what a checkpoint can hold, so that a graph may wrap what it is given. */
const deepest = 500;

/** Answers `value` as the schema reads it. Throws `invalid_request`, naming the part of the request, the field and its value. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  part: "body" | "query" | "path",
): z.output<Schema> {
  if (isDeeperThan(deepest, value)) {
    throw new TroupeError("invalid_request", `The request's ${part} is nested deeper than "${deepest}" levels.`, {
      hint: "Send it flatter, or as a string of JSON.",
    });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const given = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const field = path.length > 0 ? `"${path.join(".")}" of the request's ${part}` : `The request's ${part}`;
  throw new TroupeError("invalid_request", `${field} is ${shorten(given)}: ${issue?.message}.`, {
    hint: "Correct it and send the request again; docs/server.md lists what each path takes.",
  });
}

function shorten(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Level by level, since what is nested deeply would exhaust the stack of a recursion. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    const below: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      for (const inner of Object.values(item)) if (typeof inner === "object") below.push(inner);
    }
    level = below;
  }
  return false;
}

/** An id in a path or body. As lenient as the official server: any UUID, whatever its version. */
export const Id = z.guid();

/** A yes or no in a query: `1`, `true` and `yes`, or `0`, `false` and `no`. */
export const QueryBoolean = z.stringbool().optional();

/** Names in a query: given again and again, or with commas between them. */
export const QueryList = z
  .union([z.string(), z.array(z.string())])
  .transform((names) => [names].flat().flatMap((name) => name.split(",")))
  .optional();

/** The path parameters of a thread. */
export const ThreadPath = z.object({ thread_id: Id });

/** The path parameters of a stateless run. */
export const RunPath = z.object({ run_id: Id });

/** The path parameters of a run on its thread. */
export const ThreadRunPath = z.object({ thread_id: Id, run_id: Id });

const anything = z.record(z.string(), z.unknown());

/** Free data of the client's own. `undefined` values, which the SDK sends, do not survive JSON anyway. */
export const MetadataBody = anything;

/** A point in a thread's history. */
export const CheckpointBody = z.object({
  checkpoint_id: Id.nullish(),
  checkpoint_ns: z.string().nullish(),
  checkpoint_map: anything.nullish(),
});

/** The settings of a run, as LangChain names them; a client's other keys pass. */
export const ConfigBody = z.looseObject({
  tags: z.array(z.string()).optional(),
  recursion_limit: z.int().min(1).optional(),
  configurable: CheckpointBody.loose().optional(),
  metadata: anything.optional(),
});

const goto = z.union([z.string(), z.looseObject({ node: z.string(), input: z.unknown().optional() })]);

/** What to do in place of an input: go somewhere, change the state, answer an interrupt. */
export const CommandBody = z.looseObject({
  goto: z.union([goto, z.array(goto)]).nullish(),
  update: z.union([anything, z.array(z.tuple([z.string(), z.unknown()]))]).nullish(),
  resume: z.unknown().optional(),
});

/** How many rows to answer. */
export const Limit = z.int().min(1).max(1000);

/** How many rows to pass over before. */
export const Offset = z.int().min(0);
