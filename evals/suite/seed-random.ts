import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { createRandom } from "../statistics/create-random.ts";

const generators = new AsyncLocalStorage<() => number>();
let unseeded: (() => number) | undefined;

/** Within `work`, and all that it starts, `Math.random` gives the numbers of this seed, all its parts; elsewhere it stays as it is. */
export function seedRandom<Result>(seed: readonly (string | number)[], work: () => Result): Result {
  if (!unseeded) {
    const original = Math.random;
    unseeded = original;
    Math.random = () => (generators.getStore() ?? original)();
  }
  const mixed = createHash("sha256").update(JSON.stringify(seed)).digest().readInt32LE();
  return generators.run(createRandom(mixed), work);
}
