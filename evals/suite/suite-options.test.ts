import { tool } from "@langchain/core/tools";
import { entrypoint, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { expect, test } from "vitest";
import { z } from "zod";
import { createRetriever } from "../../retrieval/index.ts";
import { ScriptedChatModel } from "../../testing/index.ts";
import { runEvalCase } from "../../tests/fixtures/run-eval-case.ts";
import type { EvalCase, NewEvalCase } from "./eval-case.ts";
import { readCases } from "./read-cases.ts";
import { openSubject } from "./subjects/open-subject.ts";
import type { SuiteOptions } from "./suite-options.ts";

type AnySubject = Omit<SuiteOptions<never>, "cases"> & Partial<SuiteOptions<never>>;

const builder = () => new StateGraph(MessagesAnnotation).addNode("say", () => ({})).addEdge(START, "say");
const dig = tool(() => "gold", { name: "dig", schema: z.object({}) });

test("whatever makes a graph, a tool or a retriever is a subject, by its type too", async () => {
  const right: AnySubject[] = [
    { graph: builder() },
    { graph: builder().compile() },
    { graph: builder },
    { graph: async () => builder().compile() },
    { graph: ({ id, input }) => (id === String(input) ? builder() : builder().compile()) },
    { graph: createAgent({ model: new ScriptedChatModel([]), tools: [dig] }) },
    { graph: () => createAgent({ model: new ScriptedChatModel([]), tools: [dig] }) },
    { graph: entrypoint("double", async (one: number) => one * 2) },
    { tool: dig },
    { retriever: createRetriever({ search: async () => [] }) },
    { retriever: { search: async () => [] } },
  ];
  for (const one of right) expect((await openSubject(one)).description).not.toBe("");
});

test("what is none of them is refused, by its type too", async () => {
  const wrong: AnySubject[] = [
    // @ts-expect-error -- no graph
    { graph: 5 },
    // @ts-expect-error -- no graph
    { graph: { foo: 1 } },
    // @ts-expect-error -- no tool
    { tool: 5 },
    // @ts-expect-error -- no retriever
    { retriever: 5 },
  ];
  for (const one of wrong) {
    await expect(openSubject(one)).rejects.toMatchObject({ code: expect.stringMatching(/_invalid|_failed/) as string });
  }
});

test("a case has an input or turns, by its type too", () => {
  const right: NewEvalCase[] = [{ input: 1 }, { turns: ["a", { resume: 1 }] }];
  expect(readCases(right, "a.eval.ts")).toHaveLength(2);
  const wrong: NewEvalCase[] = [
    // @ts-expect-error -- both
    { input: 1, turns: ["a"] },
    // @ts-expect-error -- neither
    { id: "a" },
  ];
  for (const one of wrong) expect(() => readCases([one], "a.eval.ts")).toThrow(/"input"/);
});

test("a function that makes a graph is given the case, and the config that it runs with", async () => {
  const seen: unknown[] = [];
  const graph = ({ id, input, configurable }: EvalCase) => {
    seen.push([id, input, configurable]);
    return builder();
  };
  await runEvalCase({ graph }, { id: "one", input: "hi", configurable: { tone: "kind" } });
  expect(seen).toEqual([["one", "hi", { tone: "kind", thread_id: expect.any(String) as string }]]);
});
