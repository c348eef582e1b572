import { isCommand } from "@langchain/langgraph";
import { isMessage, toSpanMessage } from "./to-span-message.ts";

/**
 * A copy of a value as JSON, with its messages as spans keep them; it does not change with the value. One that cannot be
 * read (a cycle, a property that throws) becomes a text that says so, since what is watched must not fail by being watched.
 */
export function toJson(read: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(read(), replace) ?? "null");
  } catch {
    return "(a value that cannot be shown as JSON)";
  }
}

/** `value` has been through `toJSON`, which for a message is LangChain's envelope: the holder still has the message. */
function replace(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  if (isMessage(raw)) return toSpanMessage(raw);
  // Its `toJSON` forgets where it leads out of a subgraph.
  if (isCommand(raw)) return { ...(value as object), graph: raw.graph };
  return typeof value === "bigint" ? value.toString() : value;
}
