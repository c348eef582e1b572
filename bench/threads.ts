import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import { builder } from "./runs/three-nodes.ts";
import { quantile, startProcess } from "./start-process.ts";

/** What a server costs that keeps 100,000 threads, beside one of 1,000: its start, its memory, a state, a search. */
const counts = [1_000, Number(process.argv[3] ?? 100_000)];
const samples = 200;
const program = new URL("./threads/server.ts", import.meta.url);
const threadId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Threads with the checkpoints of one run each; a commit takes in what one turn of the event loop asks for. */
async function fill(data: string, count: number): Promise<void> {
  const storage = await openSqliteStorage({ path: join(data, "server.sqlite") });
  const graph = builder.compile({ checkpointer: storage.checkpointer });
  for (let first = 0; first < count; first += 100) {
    const batch = Array.from({ length: Math.min(100, count - first) }, async (_, at) => {
      const thread_id = threadId(first + at);
      const metadata = { graph_id: "three", user: `user ${(first + at) % 1_000}` };
      await storage.threads.create({ thread_id, metadata }, { if_exists: "raise" });
      await graph.invoke({ topic: "tides" }, { configurable: { thread_id }, durability: "exit" });
    });
    await Promise.all(batch);
  }
  await storage.close();
}

async function measure(send: (number: number) => Promise<Response>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < samples; round += 1) {
    const started = performance.now();
    const response = await send(round);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
    times.push(performance.now() - started);
  }
  return quantile(times, 0.5);
}

console.log("  threads   file MB   start ms    RSS MB   state ms   search ms: newest   by metadata   by status");
for (const count of counts) {
  const data = mkdtempSync(join(tmpdir(), "troupe-bench-"));
  await fill(data, count);
  const server = await startProcess(program, { BENCH_DATA: data });
  const search = (body: (number: number) => object) =>
    measure((number) =>
      fetch(`${server.url}/threads/search`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ limit: 10, ...body(number) }),
      }),
    );
  const { rssMb } = await server.usage();
  const random = () => threadId(Math.floor(Math.random() * count));
  const figures = [
    statSync(join(data, "server.sqlite")).size / 1e6,
    server.startMs,
    rssMb,
    await measure(() => fetch(`${server.url}/threads/${random()}/state`)),
    await search(() => ({})),
    await search((number) => ({ metadata: { user: `user ${number}` } })),
    await search(() => ({ status: "idle" })),
  ];
  console.log([count, ...figures].map((value) => value.toFixed(1).padStart(10)).join(" "));
  await server.stop();
  rmSync(data, { recursive: true });
}
