import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProcess } from "./start-process.ts";

/**
 * 500 streams at a time, each of 20 events a second, read to their ends by another process: what is delivered, how late,
 * and what the server uses. `npm run bench -- streams 1000` sends so many thousand events, 200 unless told.
 */
const thousands = Number(process.argv[3] ?? 200);
const [streams, everyMs, perRound] = [500, 50, 100_000];

const data = mkdtempSync(join(tmpdir(), "troupe-bench-"));
const server = await startProcess(new URL("./streams/server.ts", import.meta.url), { BENCH_DATA: data });
const client = new URL("./streams/client.ts", import.meta.url).pathname;
console.log(`${streams} streams, ${1_000 / everyMs} events/s each`);
console.log("  events   wrong    p50 ms    p99 ms    CPU %    RSS MB");
let before = await server.usage();
for (let sent = perRound; sent <= thousands * 1_000; sent += perRound) {
  const started = performance.now();
  const options = [server.url, streams, perRound / streams, everyMs].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [client, ...options]);
  const { delivered, wrong, p50, p99 } = JSON.parse(stdout) as Record<"delivered" | "wrong" | "p50" | "p99", number>;
  const usage = await server.usage();
  const cpu = (100 * (usage.cpuMs - before.cpuMs)) / (performance.now() - started);
  before = usage;
  const columns = [p50, p99, cpu, usage.rssMb].map((value) => value.toFixed(0).padStart(9));
  console.log(`${String(sent - perRound + delivered).padStart(8)}${String(wrong).padStart(8)}${columns.join(" ")}`);
}
await server.stop();
rmSync(data, { recursive: true });
