import { TroupeError } from "../../errors.ts";

/** How many streams a server has open. */
export interface OpenStreams {
  readonly count: number;
  /** Counts one more until it is disposed of. Throws `too_many_streams`. */
  take(): Disposable;
}

/** Counts streams up to a limit. */
export function countStreams(limit: number): OpenStreams {
  let count = 0;
  return {
    get count() {
      return count;
    },
    take() {
      if (count >= limit) {
        throw new TroupeError("too_many_streams", `${count} streams are open already.`, {
          hint: "Close one or try again later; TROUPE_MAX_STREAMS says how many there may be.",
        });
      }
      count += 1;
      return { [Symbol.dispose]: () => void (count -= 1) };
    },
  };
}
