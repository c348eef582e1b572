import { isDeepStrictEqual } from "node:util";
import { configurable } from "./configurable.ts";
import { show } from "./show.ts";

/** Whether the output is `expected.output`, deeply; texts without the space around them, and in either form of Unicode. */
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
  const text = value.normalize("NFC").trim();
  return ignoreCase ? text.toLowerCase() : text;
}
