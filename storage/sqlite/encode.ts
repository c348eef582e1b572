import { load } from "@langchain/core/load";
import { JsonPlusSerializer } from "@langchain/langgraph-checkpoint";
import { TroupeError } from "../../errors.ts";
import { deepest, escapePlain } from "./escape-plain.ts";
import { revive } from "./revive.ts";
import { isUnchanged, type Trace, traceOf } from "./trace.ts";

/** What a value is in the database: JSON without line breaks, or bytes as they are. */
export type Encoded = string | Uint8Array;

/** LangGraph's JSON, with records for maps, errors, bytes and the like. */
class Records extends JsonPlusSerializer {
  write(value: unknown): string {
    return new TextDecoder().decode(this._dumps(value));
  }
}

/** Visits values node by node, so it gets only those that need it. */
const records = new Records();

/** What `JsonPlusSerializer` makes of a value that JSON cannot carry. */
const unserializable = '"[unable to serialize';

/**
 * Encodes a value as LangGraph's own serializer does. Throws `storage_failed` for a bigint, which JSON cannot carry, and
 * `invalid_request` for what is nested too deeply.
 */
export const encode = (value: unknown): Encoded =>
  value instanceof Uint8Array ? value : toJson(value, traceOf(value));

/** Encodes an object that is neither bytes nor a list. */
export const encodeObject = (value: object): string => toJson(value, traceOf(value));

/** The JSON of list elements by the objects they are, so that a message is written once, not at every step after it. */
const written = new WeakMap<object, { json: string; trace: Trace }>();

/** The JSON of a list's element: the one of the last time when nothing in it was changed since. */
export function encodeElement(value: unknown): string {
  if (typeof value !== "object" || value === null) return toJson(value, traceOf(value));
  const known = written.get(value);
  if (known && isUnchanged(value, known.trace)) return known.json;
  const trace = traceOf(value);
  const json = toJson(value, trace);
  if (trace) written.set(value, { json, trace });
  return json;
}

/** The JSON of a list. */
export const encodeElements = (list: readonly unknown[]): string => `[${list.map(encodeElement).join(",")}]`;

function toJson(value: unknown, trace: Trace | undefined): string {
  const json =
    trace && value !== undefined
      ? JSON.stringify(mayLookSerialized(trace) ? escapePlain(value) : value)
      : records.write(escapePlain(value));
  // A function or a symbol has no JSON at all. Only LangGraph's serializer writes that mark; a string may begin with it.
  if (json && (trace || !json.startsWith(unserializable))) return json;
  throw new TroupeError("storage_failed", "The graph's state holds a value that JSON cannot carry.", {
    hint: "Keep bigints as strings, and functions out of it.",
  });
}

const mayLookSerialized = (trace: Trace) => trace.includes("lc") || trace.includes("__lc_escaped__");

/** Decodes what `encode` made. Only values with objects of LangChain in them take a promise. */
export function decode(encoded: Encoded): unknown {
  if (typeof encoded !== "string") return encoded;
  if (!encoded.includes('"lc":') && !encoded.includes('"__lc_escaped__":')) return JSON.parse(encoded);
  if (onlyRecords.test(encoded)) return revive(JSON.parse(encoded));
  // One load for the whole value is right where LangChain's constructors are all there is to revive.
  return load(encoded, { maxDepth: 2 * deepest }).catch(() => revive(JSON.parse(encoded)));
}

const onlyRecords = /"lc":2|"type":"(secret|not_implemented)"/;

/** Decodes a list's elements, and remembers their JSON for the lists that are built on it. */
export async function decodeElements(elements: readonly string[]): Promise<unknown[]> {
  const values = (await decode(`[${elements.join(",")}]`)) as unknown[];
  for (const [index, value] of values.entries()) {
    const trace = typeof value === "object" && value !== null ? traceOf(value) : undefined;
    if (trace) written.set(value as object, { json: elements[index]!, trace });
  }
  return values;
}
