import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "./start-process.ts";

/** From the start of the process until the first /ok, for `troupe serve` in a project of two graphs, beside a bare Express app. */
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 7);
const main = new URL("../cli/main.ts", import.meta.url).pathname;
const bare = new URL("./runs/bare-server.ts", import.meta.url).pathname;
const graph = new URL("./runs/three-nodes.ts", import.meta.url).pathname;

const folder = mkdtempSync(join(tmpdir(), "troupe-bench-"));
const graphs = { first: `${graph}:builder`, second: `${graph}:builder` };
writeFileSync(join(folder, "langgraph.json"), JSON.stringify({ graphs }));

/** Starts a program and waits until it has printed an address that answers. */
async function timeStart(args: string[], path: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const url = await readUrl(child);
  await (await fetch(`${url}${path}`)).text();
  const took = performance.now() - started;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  return took;
}

/** Reads on after it, so that the program can go on printing. */
function readUrl({ stdout }: ChildProcess): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    stdout!.setEncoding("utf8").on("data", (part: string) => {
      const [url] = /http:\/\/[\w.]+:\d+/.exec((text += part)) ?? [];
      if (url) resolve(url);
    });
  });
}

const times: Record<string, number[]> = { "troupe serve": [], "bare Express": [] };
for (let round = 0; round < rounds; round += 1) {
  times["troupe serve"]!.push(
    await timeStart([main, "serve", "--port", "0", "--data", join(folder, `data-${round}`)], "/ok"),
  );
  times["bare Express"]!.push(await timeStart([bare], "/"));
}
for (const [name, each] of Object.entries(times)) {
  console.log(
    `${name.padEnd(14)} ${quantile(each, 0.5).toFixed(0)} ms (${each.map((ms) => ms.toFixed(0)).join(", ")})`,
  );
}
rmSync(folder, { recursive: true });
