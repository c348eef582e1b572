import { isDeepStrictEqual } from "node:util";
import { configurable } from "./configurable.ts";

/** Whether the output is `expected.output`, deeply; texts without the space around them. */
export const exact = configurable<{ ignoreCase: boolean }>(({ ignoreCase = false }) => ({
  name: "exact",
  kind: "rule",
  score({ output, expected }) {
    if (!("output" in expected)) return { score: null };
    const same = isDeepStrictEqual(normalize(output, ignoreCase), normalize(expected.output, ignoreCase));
    return same ? { score: 1 } : { score: 0, comment: `expected ${show(expected.output)}, got ${show(output)}` };
  },
}));

function normalize(value: unknown, ignoreCase: boolean): unknown {
  if (typeof value !== "string") return value;
  return ignoreCase ? value.trim().toLowerCase() : value.trim();
}

/** A value in short, for people. */
export function show(value: unknown): string {
  const text = typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
