import { performance } from "node:perf_hooks";

/** What one measurement came to; latencies in milliseconds. */
export interface Measurement {
  runsPerSecond: number;
  p50: number;
  p95: number;
}

/**
 * Calls `run` in as many loops as the first argument of the process says, warms up, counts for the seconds of the
 * second argument, and prints the measurement as a line of JSON.
 */
export async function measure(run: () => Promise<void>): Promise<void> {
  const [clients = 1, seconds = 3] = process.argv.slice(2, 4).map(Number);
  const latencies: number[] = [];
  // With one client it takes this long until V8 has compiled what is hot.
  const warm = performance.now() + 2_500;
  const end = warm + seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let started = performance.now(); started < end; started = performance.now()) {
        await run();
        if (started >= warm) latencies.push(performance.now() - started);
      }
    }),
  );
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  const measurement: Measurement = { runsPerSecond: latencies.length / seconds, p50: at(0.5), p95: at(0.95) };
  console.log(JSON.stringify(measurement));
}
