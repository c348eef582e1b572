import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Measurement } from "./runs/measure.ts";
import { quantile } from "./start-process.ts";

/**
 * Runs per second and latency of a three-node graph through POST /threads and POST /threads/{id}/runs/wait, then
 * …/runs/stream with the time to its first event, beside the same graph in process and a bare Express app. Every server and the load on it have processes of their own; the three
 * take turns within each round, and the median of the rounds counts.
 */
const clientCounts = [1, 16, 64];
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
const seconds = process.env["BENCH_SECONDS"] ?? "3";

const file = (name: string) => new URL(`./runs/${name}.ts`, import.meta.url).pathname;

async function runToEnd(name: string, ...args: string[]): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(process.execPath, [file(name), ...args]);
  return JSON.parse(stdout);
}

async function startServer(name: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [file(name)], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, url };
}

async function measureServer(name: string, clients: number, way: string): Promise<Measurement> {
  const { child, url } = await startServer(name);
  try {
    return await runToEnd("client", String(clients), seconds, url, way);
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

const targets = {
  "in process": (clients: number, way: string) => runToEnd("in-process", String(clients), seconds, way),
  "bare Express": (clients: number, way: string) => measureServer("bare-server", clients, way),
  Troupe: (clients: number, way: string) => measureServer("troupe-server", clients, way),
};

const median = (values: number[]) => quantile(values, 0.5);
const number = (value: number, digits = 1) => value.toFixed(digits).padStart(9);

for (const [way, clients] of ["wait", "stream"].flatMap((each) =>
  clientCounts.map((count) => [each, count] as const),
)) {
  const measured = new Map<string, Measurement[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, target] of Object.entries(targets)) {
      measured.set(name, [...(measured.get(name) ?? []), await target(clients, way)]);
    }
  }
  const of = (name: string, field: keyof Measurement) =>
    median(measured.get(name)!.map((each) => each[field] ?? Number.NaN));
  const who = `${way}, ${clients} ${clients === 1 ? "client" : "clients"}`.padEnd(22);
  console.log(`\n${who}  runs/s    p50 ms    p95 ms  first ms   of bare   p50 over in process`);
  for (const name of measured.keys()) {
    const share = of(name, "runsPerSecond") / of("bare Express", "runsPerSecond");
    const over = of(name, "p50") - of("in process", "p50");
    const fields = ["runsPerSecond", "p50", "p95", ...(way === "stream" ? ["first" as const] : [])] as const;
    const columns = fields.map((field) => number(of(name, field)));
    if (way === "wait") columns.push("-".padStart(9));
    console.log(`${name.padEnd(19)}${columns.join(" ")} ${number(share, 2)} ${number(over)} ms`);
  }
}
