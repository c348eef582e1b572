import { structuredPatch } from "diff";
import type { CallSpan } from "../storage/storage.ts";
import type { PendingCall } from "./call-interceptor.ts";
import { sortFields } from "./sort-fields.ts";

/** What a call of a model, a tool or a retriever asks, whether it is made or recorded. */
type Asked = Pick<PendingCall | CallSpan, "kind" | "name" | "request">;

/** A request as text that is the same for the same question: fields in one order, ids of tool calls by their place, texts over lines. */
export function canonicalRequest({ request }: Asked): string {
  const messages = "messages" in request ? request.messages : [];
  const ids = messages.flatMap(({ tool_calls = [], tool_call_id }) => [
    ...tool_calls.map(({ id }) => id),
    tool_call_id,
  ]);
  const places = new Map([...new Set(ids)].map((id, place) => [id, `#${place + 1}`]));
  const canonize = (key: string, value: unknown) =>
    typeof value === "string" && idFields.has(key) ? (places.get(value) ?? value) : sortFields(value);
  return JSON.stringify(request, canonize, 2).replaceAll(/(?<!\\)((?:\\\\)*)\\n/g, "$1\n");
}

/** Where messages, and the blocks of their content, name a call of a tool. */
const idFields = new Set(["id", "tool_call_id", "tool_use_id", "call_id"]);

/** What of a request is in none of the recordings: a diff by lines against that which is most like it. */
export function describeMiss(call: Asked, recordings: readonly CallSpan[]): string {
  const asked = canonicalRequest(call);
  const similar = recordings.filter(({ kind, name }) => kind === call.kind && (kind === "model" || name === call.name));
  const [nearest] = similar
    .map((span) => ({ span, text: canonicalRequest(span) }))
    .map((recording) => ({ ...recording, likeness: countShared(asked, recording.text) }))
    .toSorted((a, b) => b.likeness - a.likeness);
  if (!nearest) {
    const names = [...new Set(recordings.map(({ kind, name }) => `${kind} "${name}"`))].join(", ");
    return `It has no call of it at all, only of: ${names || "nothing"}.\n${asked}`;
  }
  const count = similar.filter((span) => canonicalRequest(span) === asked).length;
  if (count > 0) return `It is recorded ${count === 1 ? "once" : `${count} times`}, and was asked once more:\n${asked}`;
  const { hunks } = structuredPatch("", "", nearest.text, asked, "", "", { context: 2 });
  const lines = hunks.flatMap((hunk, place) => [...(place ? ["  …"] : []), ...hunk.lines]);
  return `The nearest recording (span ${nearest.span.span_id}) has the lines with "-", this call those with "+":\n${lines.join("\n")}`;
}

/** How many lines two texts share, as a part of all their lines. */
function countShared(a: string, b: string): number {
  const [some, others] = [a.split("\n"), b.split("\n")];
  const known = new Set(others);
  return some.filter((line) => known.has(line)).length / Math.max(some.length, others.length);
}
