import { join } from "node:path";
import { tool } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { z } from "zod";
import { recordCassette } from "../../testing/index.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { runEvalCase as run } from "../../tests/fixtures/run-eval-case.ts";

const lookUp = tool(({ order }: { order: string }) => `Order ${order} was paid.`, {
  name: "look_up",
  schema: z.object({ order: z.string() }),
});

/** Says what a node says that may look up orders. */
const desk = (say: (find: (order: string) => Promise<string>) => Promise<string>) =>
  new StateGraph(MessagesAnnotation)
    .addNode("say", async () => ({
      messages: [{ role: "ai", content: await say(async (order) => lookUp.invoke({ order })) }],
    }))
    .addEdge(START, "say");

/** Records that three orders were looked up. */
async function record(): Promise<string> {
  const path = join(makeTemporaryFolder(), "orders.cassette.json");
  await recordCassette(path, async () => {
    for (const order of ["7", "8", "9"]) await lookUp.invoke({ order });
  });
  return path;
}

test.each([
  ["goes on from", () => "Something is wrong."],
  [
    "hides behind an error of its own",
    () => {
      throw new Error("The shop is closed.");
    },
  ],
])("a call that was not recorded fails the trial though the node %s it", async (_, recover) => {
  const graph = desk(async (find) => find("1").catch(recover));
  const { trial, seen } = await run({ graph }, { input: "?", cassette: await record() });
  expect([trial.passed, seen.error?.code]).toEqual([false, "cassette_missed"]);
});

test("recorded calls that are not made are told of a trial that ended as it should, unless faults change its course", async () => {
  const cassette = await record();
  const unmade = async (more: object, say = async (find: (order: string) => Promise<string>) => find("8")) =>
    (await run({ graph: desk(say) }, { input: "?", cassette, ...more })).seen.unmade;
  expect(await unmade({})).toEqual(['the tool "look_up"', 'the tool "look_up"']);
  expect(await unmade({ faults: [{ answer: "Nothing." }] })).toBeUndefined();
  const fail = () => Promise.reject(new Error("The shop is closed."));
  expect(await unmade({}, fail)).toBeUndefined();
  expect(await unmade({ expected: { error: "The shop is closed." } }, fail)).toHaveLength(3);
  const all = async (find: (order: string) => Promise<string>) => (await Promise.all(["9", "8", "7"].map(find))).join();
  expect(await unmade({}, all)).toBeUndefined();
});
