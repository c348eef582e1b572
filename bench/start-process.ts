import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** What a server of the bench has used so far. */
export interface Usage {
  rssMb: number;
  cpuMs: number;
}

/** A server in a process of its own. */
export interface ServerProcess {
  url: string;
  /** From the start of the process until it told its address. */
  startMs: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** Starts a program that calls `tellParent` with its address. */
export async function startProcess(program: URL, environment: Record<string, string> = {}): Promise<ServerProcess> {
  const started = performance.now();
  const child = fork(program, { env: { ...process.env, ...environment } });
  const { url } = await nextMessage<{ url: string }>(child);
  return {
    url,
    startMs: performance.now() - started,
    usage() {
      const answer = nextMessage<Usage>(child);
      child.send("usage");
      return answer;
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const [message] = (await once(child, "message")) as [Message];
  return message;
}

/** To be called by such a program: tells its address, answers for its usage, and closes at the end. */
export function tellParent(url: string, close: () => Promise<void>): void {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send!({ rssMb: process.memoryUsage.rss() / 1e6, cpuMs: (user + system) / 1_000 });
  });
  process.once("SIGTERM", () => void close().then(() => process.exit()));
  process.send!({ url });
}

/** The value that a share of all is not above. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
