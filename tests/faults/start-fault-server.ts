import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const program = fileURLToPath(import.meta.resolve("../fixtures/fault-server.ts"));

/** A server in a process of its own, which goes with the test. */
export interface FaultServer {
  /** Rejects when the process ends before it serves. */
  url: Promise<string>;
  /** All that it has printed as errors so far. */
  errors(): string;
  isAlive(): boolean;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
}

/** Starts `fixtures/fault-server.ts` on the data and the diary of a folder. */
export function startFaultServer(folder: string, environment: Record<string, string> = {}): FaultServer {
  const env = { ...process.env, DATA: join(folder, "data"), DIARY: join(folder, "diary"), ...environment };
  const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "exit");
  const line = once(createInterface(child.stdout), "line") as Promise<[string]>;
  const url = Promise.race([line.then(([text]) => text), ended.then(() => Promise.reject(new Error("It ended.")))]);
  url.catch(() => {});
  const server: FaultServer = {
    url,
    errors: () => errors,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
  onTestFinished(() => server.kill());
  return server;
}

/** The lines of the diary that the servers of a folder have written. */
export function readDiary(folder: string): string[] {
  const path = join(folder, "diary");
  return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
}
