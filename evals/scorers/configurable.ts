import { TroupeError } from "../../errors.ts";
import type { ConfigurableScorer, Scorer } from "./scorer.ts";
import { show } from "./show.ts";

/**
 * Makes a scorer that can be used as it is, and be told more: `ndcg` and `ndcg({ k: 5 })`. `make` takes its options apart where it
 * receives them; what it does not take is `suite_invalid`.
 */
export function configurable<Options>(
  make: (options: Partial<Options>) => Scorer,
): ConfigurableScorer<Partial<Options>> {
  const configure = (options: Partial<Options> = {}) => {
    const known = new Set<PropertyKey>();
    const watched = new Proxy(Object(options) as object, {
      get(target, key) {
        known.add(key);
        return Reflect.get(target, key) as unknown;
      },
    });
    const scorer = make(watched);
    const unknown = Object.keys(Object(options) as object).filter((key) => !known.has(key));
    if (typeof options === "object" && unknown.length === 0) return scorer;
    const what = typeof options === "object" ? `has no option "${unknown.join(", ")}"` : `was given ${show(options)}`;
    throw new TroupeError("suite_invalid", `The scorer "${scorer.name}" ${what}.`, {
      hint: `Its options are an object of: ${[...known].join(", ")}.`,
    });
  };
  // A function's name cannot be assigned.
  const fields = Object.entries(make({})).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.defineProperties(configure, Object.fromEntries(fields)) as ConfigurableScorer<Partial<Options>>;
}
