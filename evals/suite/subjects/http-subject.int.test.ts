import { Annotation, interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { ScriptedChatModel } from "../../../testing/index.ts";
import { failing } from "../../../tests/fixtures/graphs.ts";
import { runEvalCase } from "../../../tests/fixtures/run-eval-case.ts";
import { startTestServer } from "../../../tests/fixtures/start-test-server.ts";

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

test("cases with planned faults or a cassette cannot reach into a server", async () => {
  const faults = [{ error: "x" }];
  await expect(
    runEvalCase({ graph: "agent", url: "http://127.0.0.1:1" }, { input: "hi", faults }),
  ).rejects.toMatchObject({
    code: "case_invalid",
  });
});
