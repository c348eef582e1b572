import { load } from "@langchain/core/load";
import { DeltaSnapshot, JsonPlusSerializer } from "@langchain/langgraph-checkpoint";

type Fields = Record<string, unknown>;

const serializer = new JsonPlusSerializer();

/**
 * Makes the objects that a value's JSON stands for, as LangGraph's serializer does, but never looks into what is
 * escaped, and leaves as plain data what cannot be made, such as an object of a class that LangChain does not know.
 */
export async function revive(value: unknown): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map(revive));
  const fields = value as Fields;
  if (isEscaped(fields)) return fields["__lc_escaped__"];
  if (fields["lc"] === 1 && fields["type"] === "constructor") return reviveConstructor(fields);
  if (fields["lc"] === 2) return reviveRecord(fields);
  return reviveFields(fields);
}

async function reviveFields(fields: Fields): Promise<Fields> {
  const entries = Object.entries(fields).map(async ([key, field]) => [key, await revive(field)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function reviveConstructor(fields: Fields): Promise<unknown> {
  try {
    return await load(JSON.stringify(withoutUndefined(fields)), { maxDepth: Infinity });
  } catch {
    return reviveFields(fields);
  }
}

/** LangChain's constructors take no records: of these only `undefined` gets into their arguments. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (isUndefined(value as Fields)) return undefined;
  if (isEscaped(value as Fields)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutUndefined(field)]));
}

async function reviveRecord(fields: Fields): Promise<unknown> {
  if (isUndefined(fields)) return undefined;
  const revived = await reviveFields(fields);
  if (fields["type"] === "delta_snapshot") return new DeltaSnapshot(revived["value"]);
  const [name] = Array.isArray(fields["id"]) ? fields["id"] : [];
  const [first] = Array.isArray(revived["args"]) ? revived["args"] : [];
  if (name === "Set" && Array.isArray(first)) return new Set(first);
  if (name === "Map" && Array.isArray(first) && first.every(Array.isArray))
    return new Map(first as [unknown, unknown][]);
  // What is left holds strings and numbers only.
  return serializer.loadsTyped("json", JSON.stringify(fields));
}

const isEscaped = (fields: Fields) => "__lc_escaped__" in fields && Object.keys(fields).length === 1;

const isUndefined = (fields: Fields) => fields["lc"] === 2 && fields["type"] === "undefined";
