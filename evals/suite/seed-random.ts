import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";

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
  return generators.run(mulberry32(mixed), work);
}

/** The generator of Tommy Ettinger: 32 bits of state, fit for tests and nothing secret. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
