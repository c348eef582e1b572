import { RemoteGraph } from "@langchain/langgraph/remote";
import { expect, test } from "vitest";
import { approval, nested } from "../tests/fixtures/graphs.ts";
import { startTestServer } from "../tests/fixtures/start-test-server.ts";

test("a RemoteGraph draws, runs, reads and changes a graph as if it were here", async () => {
  const { client, url } = await startTestServer({ approval, nested });
  const remote = new RemoteGraph({ graphId: "approval", client, url });
  expect(Object.keys((await remote.getGraphAsync()).nodes)).toEqual(["__start__", "ask", "publish", "__end__"]);
  const { thread_id } = await client.threads.create();
  const config = { configurable: { thread_id } };
  const modes = new Set<string>();
  const stream = await remote.stream({ topic: "tea" }, { ...config, streamMode: ["values", "updates"] });
  // An interrupt there interrupts the graph that has it as its node.
  await expect(async () => {
    for await (const [mode] of stream) modes.add(mode);
  }).rejects.toMatchObject({ name: "GraphInterrupt", interrupts: [{ value: "Publish tea?" }] });
  expect([...modes]).toEqual(["values"]);
  expect(await remote.getState(config)).toMatchObject({ values: { topic: "tea" }, next: ["ask"] });
  await remote.updateState(config, { topic: "rum" });
  expect((await remote.getState(config)).values).toMatchObject({ topic: "rum" });
  const history = [];
  for await (const { values } of remote.getStateHistory(config)) history.push(values.topic);
  expect(history.slice(0, 2)).toEqual(["rum", "tea"]);
});

test("a RemoteGraph answers what a run ends with, and names its subgraphs", async () => {
  const { client, url } = await startTestServer({ nested });
  const remote = new RemoteGraph({ graphId: "nested", client, url });
  expect(await remote.invoke({ topic: "tea" })).toMatchObject({ log: ["first tea", "second", "third"] });
  const modes = new Set<string>();
  for await (const [mode] of await remote.stream({}, { streamMode: ["values", "updates"] })) modes.add(mode);
  expect(modes).toEqual(new Set(["values", "updates"]));
  const names = [];
  for await (const [name] of remote.getSubgraphsAsync()) names.push(name);
  expect(names).toEqual(["inner"]);
});
