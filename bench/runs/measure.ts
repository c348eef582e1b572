import { performance } from "node:perf_hooks";
import { quantile } from "../start-process.ts";

/** What one measurement came to; latencies in milliseconds. */
export interface Measurement {
  runsPerSecond: number;
  p50: number;
  p95: number;
  /** Until the first event of a stream; missing where nothing is streamed. */
  first?: number;
}

/**
 * `run` may answer when its first event came, by `performance.now()`. Calls `run` in as many loops as the first argument of the process says, warms up, counts for the seconds of the
 * second argument, and prints the measurement as a line of JSON.
 */
export async function measure(run: () => Promise<number | void>): Promise<void> {
  const [clients = 1, seconds = 3] = process.argv.slice(2, 4).map(Number);
  const latencies: number[] = [];
  const firsts: number[] = [];
  // With one client it takes this long until V8 has compiled what is hot.
  const warm = performance.now() + 2_500;
  const end = warm + seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let started = performance.now(); started < end; started = performance.now()) {
        const first = await run();
        if (started < warm) continue;
        latencies.push(performance.now() - started);
        if (first !== undefined) firsts.push(first - started);
      }
    }),
  );
  const measurement: Measurement = {
    runsPerSecond: latencies.length / seconds,
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    ...(firsts.length > 0 && { first: quantile(firsts, 0.5) }),
  };
  console.log(JSON.stringify(measurement));
}
