import type { ConfigurableScorer, Scorer } from "./scorer.ts";

/** Makes a scorer that can be used as it is, and be told more: `ndcg` and `ndcg({ k: 5 })`. */
export function configurable<Options>(
  make: (options: Partial<Options>) => Scorer,
): ConfigurableScorer<Partial<Options>> {
  const configure = (options: Partial<Options> = {}) => make(options);
  // A function's name cannot be assigned.
  const fields = Object.entries(make({})).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.defineProperties(configure, Object.fromEntries(fields)) as ConfigurableScorer<Partial<Options>>;
}
