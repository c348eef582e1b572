import { coerceMessageLikeToMessage } from "@langchain/core/messages";
import { toJson } from "../../server/trace/to-json.ts";
import { isMessage, toSpanMessage } from "../../server/trace/to-span-message.ts";
import type { SpanMessage } from "../../storage/storage.ts";

/** The messages of a state, an update, or a model's answer, as they are; none of anything else. */
export function listMessages(output: unknown): { id?: string }[] {
  const messages = isMessage(output) ? [output] : (output as { messages?: unknown } | null | undefined)?.messages;
  return Array.isArray(messages) ? messages : [];
}

/** The messages of an output as spans have them. */
export const readMessages = (output: unknown): SpanMessage[] =>
  toJson(() => listMessages(output).map((message) => toSpanMessage(fromRole(message)))) as SpanMessage[];

/** A function may answer messages as `{ role, content }`. */
const fromRole = (message: object) =>
  "role" in message && !isMessage(message) ? coerceMessageLikeToMessage(message) : message;

/** The text of a message, whose content is one or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: unknown }) => (typeof part?.text === "string" ? part.text : "")).join("");
}
