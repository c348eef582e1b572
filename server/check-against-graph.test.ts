import { Annotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { checkAgainstGraph } from "./check-against-graph.ts";
import { RunBody } from "./runs/run-body.ts";

const Topic = Annotation.Root({ topic: Annotation<string> });
const State = Annotation.Root({ ...Topic.spec, draft: Annotation<string> });
const Assignment = Annotation.Root({ task: Annotation<string> });

/** Takes a topic, keeps a draft, and sends its worker a task. */
const graph = new StateGraph({ state: State, input: Topic })
  .addNode("plan", () => ({ draft: "…" }))
  .addNode("work", () => ({ draft: "…" }), { input: Assignment })
  .addEdge(START, "plan")
  .addEdge("plan", "work")
  .compile();

const checkRun = (body: object) => checkAgainstGraph(RunBody.parse({ assistant_id: "w", ...body }), graph, "writer");

test.each(["question", "draft", "task"])(
  "an input with only %s is refused, and the hint names the input's keys",
  (key) => {
    expect(() => checkRun({ input: { [key]: "tides" } })).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        message: `The input has the key "${key}", which the input of "writer" has not.`,
        hint: 'Use one of those that it has: "topic".',
      }),
    );
  },
);

test("an input with one of the input's keys is taken", () => {
  expect(() => checkRun({ input: { topic: "tides", other: 1 } })).not.toThrow();
});

test("a command may update what no caller gives as an input", () => {
  expect(() => checkRun({ command: { update: { draft: "Mine." } } })).not.toThrow();
  expect(() => checkRun({ command: { update: { other: 1 } } })).toThrow('The command updates "other"');
});
