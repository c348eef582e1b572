import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AIMessage } from "@langchain/core/messages";
import { END, MessagesValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { type BaseCheckpointSaver, MemorySaver } from "@langchain/langgraph-checkpoint";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import { quantile } from "./start-process.ts";

/**
 * A thread of 2,000 steps, each with a message of 1 KB: bytes on disk, time to put a step, and time to read the latest
 * state, at step 100 and at the end. BENCH_SQLITE_SAVER is the folder of an installed @langchain/langgraph-checkpoint-sqlite,
 * which needs a native module; without it that one is left out.
 */
const steps = Number(process.argv[3] ?? 2_000);
const folder = mkdtempSync(join(tmpdir(), "troupe-bench-"));
const official = process.env["BENCH_SQLITE_SAVER"];

const State = new StateSchema({ messages: MessagesValue });
const builder = new StateGraph(State)
  .addNode("say", ({ messages }) => ({
    messages: [
      new AIMessage({ id: `message ${messages.length}`, content: `${messages.length} `.repeat(400).slice(0, 1_000) }),
    ],
  }))
  .addEdge(START, "say")
  .addConditionalEdges("say", ({ messages }) => (messages.length < steps ? "say" : END), ["say", END]);

interface Opened {
  saver: BaseCheckpointSaver;
  close: () => unknown;
}

const openers: Record<string, (path: string) => Promise<Opened>> = {
  MemorySaver: async () => ({ saver: new MemorySaver(), close: () => {} }),
  Troupe: async (path) => {
    const storage = await openSqliteStorage({ path });
    return { saver: storage.checkpointer, close: () => storage.close() };
  },
  ...(official && {
    SqliteSaver: async (path: string) => {
      const { SqliteSaver } = (await import(join(official, "dist/index.js"))) as {
        SqliteSaver: { fromConnString(file: string): BaseCheckpointSaver & { db: { close(): void } } };
      };
      const saver = SqliteSaver.fromConnString(path);
      return { saver, close: () => saver.db.close() };
    },
  }),
};

/** Adds up what a saver's calls take, for the last hundred steps. */
function timePuts(saver: BaseCheckpointSaver) {
  const times: number[] = [];
  for (const name of ["put", "putWrites"] as const) {
    const call = saver[name].bind(saver) as (...parameters: unknown[]) => Promise<unknown>;
    Object.assign(saver, {
      async [name](...parameters: unknown[]) {
        const started = performance.now();
        const result = await call(...parameters);
        times.push(performance.now() - started);
        return result;
      },
    });
  }
  return () =>
    times
      .splice(0)
      .slice(-200)
      .reduce((sum, each) => sum + each, 0) / 100;
}

/** The size of a database once its log is copied back. */
function readBytes(path: string): number {
  if (!existsSync(path)) return 0;
  using database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return statSync(path).size;
}

console.log("                step   MB on disk   put ms/step   read ms");
for (const [name, open] of Object.entries(openers)) {
  const path = join(folder, `${name}.sqlite`);
  const config = { configurable: { thread_id: "thread" } };
  const { saver, close } = await open(path);
  const takePutTime = timePuts(saver);
  const graph = builder.compile({ checkpointer: saver });
  const stream = await graph.stream(
    { messages: [] },
    { ...config, recursionLimit: steps + 1, streamMode: "updates", durability: "sync" },
  );
  let step = 0;
  for await (const _ of stream) {
    step += 1;
    if (step !== 100 && step !== steps) continue;
    const putTime = takePutTime();
    const reads: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const started = performance.now();
      await saver.getTuple(config);
      reads.push(performance.now() - started);
    }
    const columns = [readBytes(path) / 1e6, putTime, quantile(reads, 0.5)].map((value) =>
      value.toFixed(2).padStart(12),
    );
    console.log(`${name.padEnd(14)}${String(step).padStart(6)} ${columns.join(" ")}`);
  }
  await close();
}
if (!official) console.log("SqliteSaver is left out: BENCH_SQLITE_SAVER names no folder of it.");
rmSync(folder, { recursive: true });
