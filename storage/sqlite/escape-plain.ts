import { DeltaSnapshot } from "@langchain/langgraph-checkpoint";
import { TroupeError } from "../../errors.ts";

/** Far more than people nest, and far less than what JSON and LangChain's `load` can walk. */
export const deepest = 1_000;

/**
 * Wraps plain data that looks like a serialized object in LangChain's escape, so that it is read as the data it is and
 * no client names a class to be made. What holds none is answered as it is. Throws `invalid_request` for a value that
 * is nested too deeply to be read again.
 */
export const escapePlain = (value: unknown): unknown => escape(value, 0, new Set());

function escape(value: unknown, depth: number, path: Set<object>): unknown {
  if (typeof value !== "object" || value === null || path.has(value)) return value;
  if (depth >= deepest) throw tooDeep();
  path.add(value);
  const escaped = escapeObject(value, (inner) => escape(inner, depth + 1, path));
  path.delete(value);
  return escaped;
}

function escapeObject(value: object, inside: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return escapeList(value, inside);
  if (value instanceof Map) return new Map([...value].map(([key, held]) => [inside(key), inside(held)]));
  if (value instanceof Set) return new Set([...value].map(inside));
  if (value instanceof DeltaSnapshot) return new DeltaSnapshot(inside(value.value));
  if ("lc_serializable" in value) {
    // It escapes what it holds itself; only the depth is looked at here.
    if ("lc_kwargs" in value) inside(value.lc_kwargs);
    return value;
  }
  // A Send is written by its fields; what others with a `toJSON` are written as is theirs to say.
  const isSend = "lg_name" in value && value.lg_name === "Send";
  if (
    !isSend &&
    (value instanceof Error || value instanceof RegExp || ArrayBuffer.isView(value) || "toJSON" in value)
  ) {
    return value;
  }
  const entries = Object.entries(value);
  const held = entries.map(([, field]) => inside(field));
  if (looksSerialized(value)) return { __lc_escaped__: value };
  if (held.every((field, index) => field === entries[index]![1])) return value;
  // What a Send inherits, or a class does not let enumerate, is not needed for its JSON.
  return {
    ...(isSend && { lg_name: "Send" }),
    ...Object.fromEntries(entries.map(([key], index) => [key, held[index]])),
  };
}

function escapeList(list: readonly unknown[], inside: (value: unknown) => unknown): readonly unknown[] {
  const escaped = list.map(inside);
  return escaped.every((element, index) => element === list[index]) ? list : escaped;
}

const looksSerialized = (value: object) =>
  ("lc" in value && (value.lc === 1 || value.lc === 2)) ||
  ("__lc_escaped__" in value && Object.keys(value).length === 1);

/** Throws `invalid_request` for plain data that is nested too deeply to be read again. */
export function refuseDeep(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  if (depth >= deepest) throw tooDeep();
  for (const held of Object.values(value)) refuseDeep(held, depth + 1);
}

const tooDeep = () =>
  new TroupeError("invalid_request", `A value is nested deeper than "${deepest}" levels.`, {
    hint: "Send it flatter, or as a string of JSON.",
  });
