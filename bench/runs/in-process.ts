import { MemorySaver } from "@langchain/langgraph";
import { measure } from "./measure.ts";
import { builder } from "./three-nodes.ts";

/** The graph called in its own process, its checkpoints in memory: what nothing around it can beat. */
const way = process.argv[4];
const graph = builder.compile({ checkpointer: new MemorySaver() });

await measure(async () => {
  const config = { configurable: { thread_id: crypto.randomUUID() } };
  if (way === "wait") {
    const { notes } = await graph.invoke({ topic: "tides" }, config);
    if (notes?.length !== 3) throw new Error(`Expected 3 notes, got ${JSON.stringify(notes)}.`);
    return undefined;
  }
  let first: number | undefined;
  for await (const _ of await graph.stream({ topic: "tides" }, { ...config, streamMode: "values" })) {
    first ??= performance.now();
  }
  return first;
});
