import { isTroupeError } from "../errors.ts";

interface Message {
  toDict(): { type: string; data: Record<string, unknown> };
}

const isMessage = (value: unknown): value is Message =>
  typeof value === "object" && value !== null && "toDict" in value && typeof value.toDict === "function";

/**
 * JSON as the LangGraph API has it: a message is `{ type: "ai", content, id, … }`, not LangChain's own envelope.
 * `undefined` becomes `null`, a bigint its digits.
 */
export function toWireJson(value: unknown): string {
  return JSON.stringify(value, replaceMessage) ?? "null";
}

/** `value` has been through `toJSON`, which for a message is the envelope: the holder still has the message. */
function replaceMessage(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  if (isMessage(raw)) {
    const { type, data } = raw.toDict();
    return { ...data, type };
  }
  return typeof value === "bigint" ? value.toString() : value;
}

/**
 * What a client learns of an error in a run: its name and message, of one for people its code and hint; never its stack.
 * Never throws: a graph may throw an object with a cycle, or one whose properties throw when they are read.
 */
export function toWireError(error: unknown): { error: string; message: string; hint?: string } {
  try {
    if (isTroupeError(error))
      return { error: toText(error.code), message: toText(error.message), hint: toText(error.hint) };
    if (error instanceof Error) return { error: toText(error.name), message: toText(error.message) };
    return { error: "Error", message: toText(error) };
  } catch {
    return { error: "Error", message: "The graph threw a value that cannot be shown as JSON." };
  }
}

/** An error's fields are strings by habit only. */
const toText = (value: unknown) => (typeof value === "string" ? value : toWireJson(value));
