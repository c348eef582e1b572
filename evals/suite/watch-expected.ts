import type { EvalCase } from "./eval-case.ts";

/**
 * Notes what the scorers of a suite, own ones too, read of what its cases expect. What none of them reads, such as a misspelt
 * name, decides nothing: `unread` has the places of the cases that expect it, by its name.
 */
export function watchExpected() {
  // A case is held to its `error` without a scorer.
  const read = new Set<PropertyKey>(["error"]);
  const places = new Map<string, string[]>();
  return {
    watch: (one: EvalCase): EvalCase => {
      for (const key of Object.keys(one.expected)) places.set(key, [...(places.get(key) ?? []), one.place]);
      const expected = new Proxy(one.expected, {
        get(target, key, receiver): unknown {
          read.add(key);
          return Reflect.get(target, key, receiver);
        },
        has(target, key) {
          read.add(key);
          return Reflect.has(target, key);
        },
        getOwnPropertyDescriptor(target, key) {
          read.add(key);
          return Reflect.getOwnPropertyDescriptor(target, key);
        },
      });
      return { ...one, expected };
    },
    unread: (): Record<string, string[]> => Object.fromEntries([...places].filter(([key]) => !read.has(key))),
  };
}
