import { inspect } from "node:util";
import { copyData } from "./copy-data.ts";
import type { EvalCase } from "./eval-case.ts";

/**
 * Notes what the scorers of a suite, own ones too, read of what its cases expect; to ask whether it is there is not to read it. What none
 * of them reads, such as a misspelt name, decides nothing: `unread` has the places of the cases that expect it, by its name.
 */
export function watchExpected() {
  // A case is held to its `error` without a scorer.
  const read = new Set(["error"]);
  const places = new Map<string, string[]>();
  return {
    watch: (one: EvalCase): EvalCase => {
      for (const key of Object.keys(one.expected)) places.set(key, [...(places.get(key) ?? []), one.place]);
      const note = (key: string, value: unknown) => ({
        enumerable: true,
        get() {
          read.add(key);
          return copyData(value);
        },
      });
      const getters = Object.entries(one.expected).map(([key, value]) => [key, note(key, value)]);
      const looks = { [inspect.custom]: { value: () => one.expected } };
      // Getters of copies, as a proxy cannot be cloned; frozen, as one scorer must not change what the next one reads.
      const expected = Object.freeze(Object.defineProperties({}, { ...Object.fromEntries(getters), ...looks }));
      return { ...one, expected };
    },
    unread: (): Record<string, string[]> => Object.fromEntries([...places].filter(([key]) => !read.has(key))),
  };
}
