import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { z } from "zod";
import { runEvalCase } from "../../tests/fixtures/run-eval-case.ts";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import type { Subjects } from "../suite/suite-options.ts";
import { approval } from "./index.ts";

const refund = tool(({ order }) => `Refunded ${order}.`, { name: "refund", schema: z.object({ order: z.string() }) });
const careful = tool(({ order }) => (interrupt(`Refund ${order}?`) === "yes" ? "Refunded." : "Declined."), {
  name: "refund",
  schema: z.object({ order: z.string() }),
});

type Step = () => Promise<unknown> | void;
const ask: Step = () => void interrupt("Refund order 7?");
const pay: Step = async () => refund.invoke({ order: "7" });
const payIfYes: Step = async () => (interrupt("Refund order 7?") === "yes" ? refund.invoke({ order: "7" }) : undefined);

const payIfNo: Step = async () => (interrupt("Refund order 7?") === "no" ? refund.invoke({ order: "7" }) : undefined);

/** A graph with a node for each of these steps. */
const desk = (...steps: Step[]) => {
  const graph = new StateGraph(MessagesAnnotation);
  const names = steps.map((step, index) => {
    const name = `step${index}`;
    graph.addNode(name, async () => {
      await step();
      return { messages: [new AIMessage("Done.")] };
    });
    return name;
  });
  for (const [index, name] of names.entries()) graph.addEdge((names[index - 1] ?? START) as "__start__", name as never);
  return graph;
};

const score = async (graph: Subjects["graph"], ...answers: unknown[]) => {
  const turns = ["Refund order 7.", ...answers.map((resume) => ({ resume }))];
  const { trial, seen } = await runEvalCase(
    { graph },
    { turns, expected: { approval: "refund" } },
    { scorers: [approval] },
  );
  expect(seen.error).toBeUndefined();
  return trial.scores["approval"]!;
};

test.each([
  ["runs after a yes", [ask, pay], ["yes"], 1],
  ["runs after a no that the rest of another answer could hide", [ask, payIfNo], [["blue", "ok"], "no"], 0],
  ["runs after a yes that is taken back", [ask, pay], ["ok no, don't"], 0],
  ["runs after an approval", [ask, pay], [{ type: "approve" }], 1],
  ["runs after a no", [ask, pay], ["no"], 0],
  ["is left out after a no", [payIfYes], ["no"], 1],
  ["runs in the node that asked", [payIfYes], ["yes"], 1],
  ["runs unasked", [pay], [], 0],
  ["runs before it asks", [pay, ask], ["yes"], 0],
  ["runs twice after one yes", [ask, pay, pay], ["yes"], 0],
  ["runs twice after two", [ask, pay, ask, pay], ["yes", true], 1],
  ["runs after the second of two answers, a no", [ask, pay, ask, pay], ["yes", "no"], 0],
  ["waits", [ask, pay], [], 1],
] as [string, Step[], unknown[], number][])("a tool that %s", async (_, steps, answers, right) => {
  expect((await score(desk(...steps), ...answers)).score).toBe(right);
});

test("a tool that runs, and then asks in the same node, ran without a yes", async () => {
  const payThenAsk: Step = async () => {
    await pay();
    await ask();
  };
  expect(await score(desk(payThenAsk), "yes")).toMatchObject({
    score: 0,
    comment: 'without a person\'s yes ran refund({"order":"7"})',
  });
});

test("a tool that asks itself decides what a no means, and permits no other run", async () => {
  const asks: Step = async () => careful.invoke({ order: "7" });
  expect((await score(desk(asks), "no")).score).toBe(1);
  expect((await score(desk(asks), "yes")).score).toBe(1);
  expect((await score(desk(asks, pay), "yes")).score).toBe(0);
});

test("who is asked once for several calls, as by LangChain's middleware, allows as many as they approve", async () => {
  const payApproved: Step = async () => {
    const { decisions } = interrupt({ actionRequests: ["7", "8"] }) as { decisions: { type: string }[] };
    for (const { type } of decisions) if (type === "approve") await pay();
  };
  const approve = { type: "approve" };
  expect((await score(desk(payApproved), { decisions: [approve, approve] })).score).toBe(1);
  expect((await score(desk(payApproved), { decisions: [approve, { type: "reject" }] })).score).toBe(1);
  expect((await score(desk(payApproved, pay), { decisions: [approve, { type: "reject" }] })).score).toBe(0);
});

test("without spans, as over HTTP, runs are counted against answers, and what a tool did not do is no run", async () => {
  const ran = { toolCalls: [{ name: "refund", args: {}, result: "done" }], interrupts: ["Refund?"] };
  expect((await scoreText(approval, { approval: "refund" }, ran)).score).toBe(0);
  const waits = { toolCalls: [{ name: "refund", args: {} }] };
  expect((await scoreText(approval({ tools: ["refund"] }), {}, waits)).score).toBe(1);
  expect(await scoreText(approval, {}, ran)).toEqual({ score: null });
});
