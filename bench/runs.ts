import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Measurement } from "./runs/measure.ts";

/**
 * Runs per second and latency of a three-node graph through POST /threads and POST /threads/{id}/runs/wait, beside the
 * same graph in process and a bare Express app. Every server and the load on it have processes of their own; the three
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

async function measureServer(name: string, clients: number): Promise<Measurement> {
  const { child, url } = await startServer(name);
  try {
    return await runToEnd("client", String(clients), seconds, url);
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

const targets = {
  "in process": (clients: number) => runToEnd("in-process", String(clients), seconds),
  "bare Express": (clients: number) => measureServer("bare-server", clients),
  Troupe: (clients: number) => measureServer("troupe-server", clients),
};

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const number = (value: number, digits = 1) => value.toFixed(digits).padStart(9);

for (const clients of clientCounts) {
  const measured = new Map<string, Measurement[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, target] of Object.entries(targets)) {
      measured.set(name, [...(measured.get(name) ?? []), await target(clients)]);
    }
  }
  const of = (name: string, field: keyof Measurement) => median(measured.get(name)!.map((each) => each[field]));
  console.log(
    `\n${clients} ${clients === 1 ? "client" : "clients"}      runs/s    p50 ms    p95 ms   of bare   p50 over in process`,
  );
  for (const name of measured.keys()) {
    const share = of(name, "runsPerSecond") / of("bare Express", "runsPerSecond");
    const over = of(name, "p50") - of("in process", "p50");
    const columns = [of(name, "runsPerSecond"), of(name, "p50"), of(name, "p95")].map((value) => number(value));
    console.log(`${name.padEnd(12)}${columns.join(" ")} ${number(share, 2)} ${number(over)} ms`);
  }
}
