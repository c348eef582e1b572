import { join } from "node:path";
import { type AnyStateSchema, DeltaValue, ReducedValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { createCommit } from "./commits.ts";
import { openDatabase } from "./connection.ts";
import { keepLatest } from "./keep-latest.ts";
import { SqliteSaver } from "./saver.ts";
import { migrations } from "./schema.ts";

const strings = z.array(z.string()).default(() => []);
const whole = new StateSchema({
  log: new ReducedValue(strings, { inputSchema: strings, reducer: (log, more) => [...log, ...more] }),
});
const delta = new StateSchema({
  log: new DeltaValue(strings, {
    inputSchema: strings,
    reducer: (log: string[], writes: string[][]) => [...log, ...writes.flat()],
    snapshotFrequency: 50,
  }),
});

const config = { configurable: { thread_id: "t" }, recursionLimit: 500 };

/** Writes 70 lines, each in a step of its own. */
function start(schema: AnyStateSchema) {
  const database = openDatabase(join(makeTemporaryFolder(), "test.db"), migrations);
  onTestFinished(() => database.close());
  const compile = () =>
    new StateGraph(schema as typeof whole)
      .addNode("write", ({ log }) => ({ log: [`line ${log.length}`] }))
      .addEdge(START, "write")
      .addConditionalEdges("write", ({ log }) => (log.length % 70 === 0 ? "__end__" : "write"), ["write", "__end__"])
      .compile({ checkpointer: new SqliteSaver(database, createCommit(database).commit) });
  const count = (table: string) =>
    database.prepare<{ total: number }>(`SELECT count(*) total FROM ${table} WHERE thread_id = 't'`).get()!.total;
  return { database, compile, count };
}

test("a list of many versions is one row afterwards, and savers that knew the others write on", async () => {
  const { database, compile, count } = start(whole);
  const knows = compile();
  const { log } = await knows.invoke({ log: [] }, config);
  expect([count("checkpoints"), log.length]).toEqual([72, 70]);
  database.transaction(() => keepLatest(database, "t"));
  expect([count("checkpoints"), count("writes")]).toEqual([1, 0]);
  expect(database.prepare("SELECT base, keep FROM channels WHERE channel = 'log'").all()).toEqual([
    { base: null, keep: 0 },
  ]);
  expect((await compile().getState(config)).values.log).toEqual(log);

  await knows.invoke({ log: ["by hand"] }, config);
  const { values } = await compile().getState(config);
  expect([values.log.slice(0, 70), values.log[70], values.log.length]).toEqual([log, "by hand", 140]);
});

test("a delta channel keeps what it is put together from", async () => {
  const { database, compile, count } = start(delta);
  const { log } = await compile().invoke({ log: [] }, config);
  database.transaction(() => keepLatest(database, "t"));
  const left = count("checkpoints");
  expect(left).toBeGreaterThan(1);
  expect(left).toBeLessThan(60);
  expect((await compile().getState(config)).values.log).toEqual(log);
  await compile().invoke({ log: ["by hand"] }, config);
  expect((await compile().getState(config)).values.log).toHaveLength(140);
});
