import { Document } from "@langchain/core/documents";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Annotation, interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { z } from "zod";
import { createRetriever } from "../../../retrieval/index.ts";
import { forbidModelCalls, ScriptedChatModel } from "../../../testing/index.ts";
import { failing } from "../../../tests/fixtures/graphs.ts";
import { runEvalCase } from "../../../tests/fixtures/run-eval-case.ts";
import { startTestServer } from "../../../tests/fixtures/start-test-server.ts";
import { approval, citations, recall, trajectory } from "../../scorers/index.ts";
import type { Observation } from "../observation.ts";

/** Answers by a model, then asks a person. */
const agent = new StateGraph(Annotation.Root({ ...MessagesAnnotation.spec, sent: Annotation<string> }))
  .addNode("answer", async ({ messages }) => ({
    messages: [
      await new ScriptedChatModel([{ text: "It was paid.", usage: { input: 5, output: 3 } }]).invoke(messages),
    ],
  }))
  .addNode("send", () => ({ sent: interrupt("Send it?") }))
  .addEdge(START, "answer")
  .addEdge("answer", "send");

test("a graph behind a URL is seen as one in the process is: messages, nodes, interrupts, models and times", async () => {
  const { url, client } = await startTestServer({ agent });
  const turns = ["Was order 7 paid?", { resume: "yes" }];
  const { trial, seen } = await runEvalCase({ graph: "agent", url }, { turns });
  expect(trial.passed).toBe(true);
  expect(seen.output).toMatchObject({ sent: "yes" });
  expect(seen.messages.map(({ type, content }) => [type, content])).toEqual([
    ["human", "Was order 7 paid?"],
    ["ai", "It was paid."],
  ]);
  expect(seen.interrupts).toEqual(["Send it?"]);
  expect(seen.nodes).toEqual(["answer", "send", "send"]);
  const model = seen.spans.find(({ kind }) => kind === "model");
  expect(model).toMatchObject({
    node: "answer",
    usage: { input_tokens: 5 },
    response: { message: { content: "It was paid." } },
  });
  expect(seen.spans.every(({ duration_ms }) => duration_ms !== null && duration_ms >= 0)).toBe(true);
  expect(await client.threads.search({ metadata: { made_by: "troupe eval" } })).toHaveLength(1);
});

const search = async () => [
  new Document({ id: "1", pageContent: "Refunds take 3 days.", metadata: { source: "a.md" } }),
];
const rules = createRetriever({ search: search as never });
const refund = tool(({ order }) => `${interrupt(`Refund ${order}?`)}: ${order} is refunded.`, {
  name: "refund",
  schema: z.object({ order: z.string() }),
});
const note = tool(() => "Noted.", { name: "note", schema: z.object({}) });
const Desk = Annotation.Root({ ...MessagesAnnotation.spec, citations: Annotation<unknown[]> });

/** Looks the rules up, notes it, asks a person within a tool, and tells it by a model, around a subgraph. */
const createDesk = () =>
  new StateGraph(Desk)
    .addNode("lookUp", async () => {
      const [found] = await rules.invoke("refunds");
      await note.invoke({});
      return { citations: [{ number: 1, source: "a.md", text: found!.pageContent }] };
    })
    .addNode(
      "pay",
      new StateGraph(Desk)
        .addNode("inner", async () => ({ messages: [new AIMessage(await refund.invoke({ order: "7" }))] }))
        .addEdge(START, "inner")
        .compile(),
    )
    .addNode("tell", async ({ messages }) => ({
      messages: [
        await new ScriptedChatModel([{ text: "3 days. [1]", usage: { input: 5, output: 3 } }]).invoke(messages),
      ],
    }))
    .addEdge(START, "lookUp")
    .addEdge("lookUp", "pay")
    .addEdge("pay", "tell");
const deskCase = {
  turns: ["Refund order 7.", { resume: "yes" }],
  expected: { documents: ["a.md"], tools: ["note", "refund"], approval: "refund" },
};
const deskScorers = { scorers: [recall, citations, trajectory, approval] };

test("of a server that traces, calls and documents are seen as in the process, and scored alike", async () => {
  const { url } = await startTestServer({ desk: createDesk() }, { trace: true });
  const there = await runEvalCase({ graph: "desk", url }, deskCase, deskScorers);
  const here = await runEvalCase({ graph: createDesk() }, deskCase, deskScorers);
  const parts = ({ documents, toolCalls, usage, interrupts, text }: Observation) => ({
    documents,
    toolCalls,
    usage: { ...usage, cost: 0 },
    interrupts,
    text,
  });
  expect(parts(there.seen)).toEqual(parts(here.seen));
  expect(there.trial.scores).toEqual(here.trial.scores);
  expect([there.trial.passed, there.deterministic]).toEqual([true, true]);
  const outline = ({ spans }: Observation) =>
    spans.map(({ kind, name, parent_id }) => [kind, name, spans.find(({ span_id }) => span_id === parent_id)?.name]);
  expect(outline(there.seen)).toEqual(outline(here.seen));
});

test("of a server that does not trace, scorers of documents say what is missing in place of a 0", async () => {
  const { url } = await startTestServer({ desk: createDesk() });
  const { trial, deterministic } = await runEvalCase({ graph: "desk", url }, deskCase, deskScorers);
  expect(deterministic, "who knows what it asked").toBe(false);
  for (const name of ["recall@5", "citations"]) {
    expect(trial.scores[name]).toEqual({
      score: null,
      passed: false,
      error: expect.stringContaining("TROUPE_TRACE=true") as string,
    });
  }
});

test("what fails on the server fails the trial with its message, and the state until then is seen", async () => {
  const { url } = await startTestServer({ failing });
  const { trial, seen } = await runEvalCase({ graph: "failing", url }, { input: { topic: "tides" } });
  expect(trial.passed).toBe(false);
  expect(seen.error).toMatchObject({ name: "RangeError", message: "The tide is out." });
  expect(seen.output).toMatchObject({ log: ["first"] });
  expect(seen.spans.map(({ name, error }) => [name, error?.message])).toEqual([
    ["first", undefined],
    ["second", expect.stringContaining("The tide is out.")],
  ]);
});

test("an assistant that is not there is told as the server tells it, and a server that is not there at once", async () => {
  const { url } = await startTestServer({ agent });
  const { seen } = await runEvalCase({ graph: "other", url }, { input: "hi" });
  expect(seen.error?.message).toContain('"other"');
  await expect(runEvalCase({ graph: "agent", url: "http://127.0.0.1:1" }, { input: "hi" })).rejects.toMatchObject({
    code: "server_unreachable",
    message: 'Nothing answers at "http://127.0.0.1:1".',
  });
});

test("a server that an offline run does not reach is told so, with the option that lets it", async () => {
  using _ = forbidModelCalls();
  const other = runEvalCase({ graph: "agent", url: "https://agents.example.invalid/" }, { input: "hi" });
  await expect(other).rejects.toMatchObject({
    code: "model_calls_forbidden",
    message: expect.stringContaining("https://agents.example.invalid/") as string,
    hint: expect.stringContaining("--live") as string,
  });
});

test("cases with planned faults or a cassette cannot reach into a server", async () => {
  const faults = [{ error: "x" }];
  await expect(
    runEvalCase({ graph: "agent", url: "http://127.0.0.1:1" }, { input: "hi", faults }),
  ).rejects.toMatchObject({
    code: "case_invalid",
  });
});
