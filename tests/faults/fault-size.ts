/** How much is done to the server: `TROUPE_FAULTS=nightly` does ten times of what CI does. */
export const faultSize = process.env["TROUPE_FAULTS"] === "nightly" ? 10 : 1;

/** How long one test may take, in ms: CI has 12 minutes for all. */
export const faultTimeout = 600_000 * faultSize;

/** A number that makes a failed test happen again: `TROUPE_FAULTS_SEED`, or a new one. It is printed. */
export function takeSeed(): number {
  const seed = Number(process.env["TROUPE_FAULTS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`TROUPE_FAULTS_SEED=${seed}`);
  return seed;
}

/** Random numbers from 0 to 1 that a seed makes again: mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
