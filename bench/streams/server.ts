import { setTimeout } from "node:timers/promises";
import { type LangGraphRunnableConfig, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { z } from "zod";
import { createServer } from "../../server/index.ts";
import { tellParent } from "../start-process.ts";

const State = new StateSchema({ events: z.number(), everyMs: z.number() });

/** Tells the time so many times, as a model tells its tokens. */
const tell = new StateGraph(State)
  .addNode("tell", async ({ events, everyMs }: typeof State.State, { writer }: LangGraphRunnableConfig) => {
    const started = performance.now() + Math.random() * everyMs;
    for (let number = 0; number < events; number += 1) {
      await setTimeout(Math.max(0, started + number * everyMs - performance.now()));
      writer?.({ number, at: Date.now() });
    }
    return {};
  })
  .addEdge(START, "tell");

const server = await createServer({
  config: { graphs: { tell: { graph: tell } } },
  data: process.env["BENCH_DATA"]!,
  port: 0,
  knowledge: false,
  concurrency: 1_000,
});
tellParent(server.url, () => server.close({ deadlineMs: 0 }));
