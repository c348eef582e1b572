import { CallbackManager, type CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { Document } from "@langchain/core/documents";
import type { LanguageModelLike } from "@langchain/core/language_models/base";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { BaseRetriever } from "@langchain/core/retrievers";
import { tool } from "@langchain/core/tools";
import { FakeLLM } from "@langchain/core/utils/testing";
import { Command, END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { selectModel } from "../../models/index.ts";
import type { Span } from "../../storage/storage.ts";
import { ScriptedChatModel, startProviderServer } from "../../testing/index.ts";
import { TraceHandler } from "./trace-handler.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const add = tool(({ a, b }) => String(a + b), {
  name: "add",
  description: "Adds.",
  schema: z.object({ a: z.number(), b: z.number() }),
});

class Shelf extends BaseRetriever {
  lc_namespace = ["test"];
  override async _getRelevantDocuments(query: string): Promise<Document[]> {
    return [new Document({ id: "d1", pageContent: `All about ${query}.`, metadata: { page: 3 } })];
  }
}

const outline = (spans: Span[]) => spans.map(({ kind, name, node, step }) => [kind, name, node, step]);
const find = <Kind extends Span["kind"]>(spans: Span[], kind: Kind) =>
  spans.filter((span): span is Extract<Span, { kind: Kind }> => span.kind === kind);

/** A model that calls a tool, as most agents are made. */
function createAgent(model: LanguageModelLike) {
  return new StateGraph(MessagesAnnotation)
    .addNode("callModel", async ({ messages }) => ({ messages: await model.invoke(messages) }))
    .addNode("tools", new ToolNode([add]))
    .addEdge(START, "callModel")
    .addConditionalEdges("callModel", ({ messages }) =>
      (messages.at(-1) as AIMessage).tool_calls?.length ? "tools" : END,
    )
    .addEdge("tools", "callModel")
    .compile();
}

test("an agent's nodes, models and tools are spans in the order of their start, each within its node", async () => {
  const ended: string[] = [];
  const trace = new TraceHandler({ onSpan: ({ name }) => ended.push(name) });
  const script = new ScriptedChatModel([{ toolCalls: [{ name: "add", args: { a: 1, b: 2 } }] }, "It is 3."]);
  await createAgent(script.bindTools([add], { tool_choice: "auto" })).invoke(
    { messages: [new HumanMessage({ id: "m1", content: "1 + 2?" })] },
    { callbacks: [trace] },
  );
  const spans = trace.spans();
  expect(outline(spans)).toEqual([
    ["node", "callModel", "callModel", 1],
    ["model", "scripted", "callModel", 1],
    ["node", "tools", "tools", 2],
    ["tool", "add", "tools", 2],
    ["node", "callModel", "callModel", 3],
    ["model", "scripted", "callModel", 3],
  ]);
  expect(ended).toEqual(["scripted", "callModel", "add", "tools", "scripted", "callModel"]);
  expect(spans.map(({ parent_id }) => spans.findIndex(({ span_id }) => span_id === parent_id))).toEqual([
    -1, 0, -1, 2, -1, 4,
  ]);
  const [asked, answered] = find(spans, "model");
  expect(asked?.request).toEqual({
    messages: [{ type: "human", content: "1 + 2?" }],
    tools: [{ name: "add", description: "Adds.", schema: expect.objectContaining({ required: ["a", "b"] }) }],
    options: { tool_choice: "auto" },
  });
  expect(asked?.response?.message).toEqual({
    type: "ai",
    content: "",
    tool_calls: [{ name: "add", args: { a: 1, b: 2 }, id: expect.any(String) }],
    response_metadata: { finish_reason: "tool_calls", model_name: "scripted" },
  });
  expect(answered?.response?.message.content).toBe("It is 3.");
  expect(answered?.usage?.total_tokens).toBeGreaterThan(3);
  expect(find(spans, "tool")[0]).toMatchObject({
    request: { args: { a: 1, b: 2 } },
    response: { content: "3" },
    error: null,
    duration_ms: expect.any(Number),
  });
  expect(find(spans, "node")[2]?.response?.update).toMatchObject({ messages: { type: "ai", content: "It is 3." } });
  expect(JSON.parse(JSON.stringify(spans))).toEqual(spans);
});

test("a model with fallbacks is one span, named after the one that answered, streamed or not", async () => {
  await using provider = await startProviderServer({
    chat: () => ({ text: "Here.", usage: { input: 4, output: 2 } }),
    faults: ({ body }) => (body.model === "first" ? { status: 401 } : undefined),
  });
  vi.stubEnv("OPENAI_BASE_URL", provider.url);
  vi.stubEnv("OPENAI_API_KEY", "sk-test");
  vi.stubEnv("MODEL_SMART", "openai:first,openai:second");
  const trace = new TraceHandler();
  await selectModel("smart").invoke("hi", { callbacks: [trace] });
  for await (const _ of await selectModel("smart").stream("hi", { callbacks: [trace] }));
  const usage = { input_tokens: 4, output_tokens: 2, total_tokens: 6 };
  expect(trace.spans()).toMatchObject(
    Array.from({ length: 2 }, () => ({
      kind: "model",
      name: "second",
      parent_id: null,
      node: null,
      usage,
      response: { message: { type: "ai", content: "Here." } },
    })),
  );
});

test("the embedded model is told by that name", async () => {
  for (const name of ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MODEL_SMART"]) vi.stubEnv(name, "");
  const trace = new TraceHandler();
  await selectModel("smart").invoke("Good day", { callbacks: [trace] });
  expect(trace.spans()).toMatchObject([{ kind: "model", name: "embedded" }]);
});

test("a retriever's query and documents are a span, also in a subgraph", async () => {
  const lookUp = async () => {
    await new Shelf().invoke("tea");
    return {};
  };
  const inner = new StateGraph(MessagesAnnotation).addNode("lookUp", lookUp).addEdge(START, "lookUp").compile();
  const graph = new StateGraph(MessagesAnnotation).addNode("research", inner).addEdge(START, "research").compile();
  const trace = new TraceHandler();
  await graph.invoke({ messages: [] }, { callbacks: [trace] });
  const spans = trace.spans();
  expect(outline(spans)).toEqual([
    ["node", "research", "research", 1],
    ["node", "lookUp", "lookUp", 1],
    ["retriever", "Shelf", "lookUp", 1],
  ]);
  expect(spans.map(({ parent_id }) => parent_id)).toEqual([null, spans[0]?.span_id, spans[1]?.span_id]);
  expect(spans[2]).toMatchObject({
    request: { query: "tea" },
    response: { documents: [{ id: "d1", pageContent: "All about tea.", metadata: { page: 3 } }] },
  });
});

test("what fails is told as an error, what asks a person as its interrupts, and what never ended is left open", async () => {
  const trace = new TraceHandler();
  const broken = tool(
    () => {
      throw new RangeError("out of tea");
    },
    { name: "brew", description: "Brews.", schema: z.object({}) },
  );
  const never = new ScriptedChatModel([]);
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("brew", async () => {
      await broken.invoke({}).catch(() => {});
      await never.invoke("hi").catch(() => {});
      interrupt({ question: "Milk?" });
      return {};
    })
    .addEdge(START, "brew")
    .compile({ checkpointer: new MemorySaver() });
  const config = { callbacks: [trace], configurable: { thread_id: "t" } };
  await graph.invoke({ messages: [] }, config);
  expect(trace.spans()).toMatchObject([
    { kind: "node", response: null, error: null, interrupts: [{ question: "Milk?" }] },
    { kind: "tool", name: "brew", response: null, error: { error: "RangeError", message: "out of tea" } },
    { kind: "model", response: null, error: { error: "Error" } },
  ]);
  await graph.invoke(new Command({ resume: "yes" }), config);
  expect(trace.spans()[3]).toMatchObject({ kind: "node", response: { update: {} } });

  const left = new TraceHandler();
  left.handleToolStart({ lc: 1, type: "not_implemented", id: ["slow"] }, "plain text", "run-1");
  expect(left.spans()).toMatchObject([
    { name: "slow", request: { args: "plain text" }, response: null, error: null, duration_ms: null },
  ]);
});

test("a tool that fails in a ToolNode has its own name, and a command keeps the graph that it leads to", async () => {
  const trace = new TraceHandler();
  const fail = tool(
    () => {
      throw new RangeError("Too many.");
    },
    { name: "fail", description: "Fails.", schema: z.object({}) },
  );
  const leave = tool(() => new Command({ graph: Command.PARENT, goto: "expert" }), {
    name: "leave",
    description: "Leaves.",
    schema: z.object({}),
  });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("tools", new ToolNode([fail]))
    .addEdge(START, "tools")
    .compile();
  const tool_calls = [{ name: "fail", args: {}, id: "c1", type: "tool_call" as const }];
  await graph.invoke({ messages: [new AIMessage({ content: "", tool_calls })] }, { callbacks: [trace] });
  await leave.invoke({}, { callbacks: [trace] });
  const [failed, left] = find(trace.spans(), "tool");
  expect(failed).toMatchObject({ name: "fail", node: "tools", error: { error: "RangeError" } });
  expect(left?.response?.content).toMatchObject({ lg_name: "Command", graph: "__parent__", goto: ["expert"] });
});

test("a tool that asks a person within a ToolNode is told by its own name, also when it is resumed", async () => {
  const serve = tool(() => String(interrupt("Milk?")), { name: "serve", description: "", schema: z.object({}) });
  const script = new ScriptedChatModel([{ toolCalls: [{ name: "serve", args: {} }] }, "So."]);
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("ask", async ({ messages }) => ({ messages: await script.invoke(messages) }))
    .addNode("tools", new ToolNode([serve]))
    .addEdge(START, "ask")
    .addConditionalEdges("ask", toolsCondition, ["tools", END])
    .addEdge("tools", "ask")
    .compile({ checkpointer: new MemorySaver() });
  const run = async (input: object) => {
    const trace = new TraceHandler({ nodes: false });
    await graph.invoke(input, { callbacks: [trace], configurable: { thread_id: "t" } });
    return find(trace.spans(), "tool").map(({ name, interrupts }) => [name, interrupts]);
  };
  expect(await run({ messages: [new HumanMessage("Tea!")] })).toEqual([["serve", ["Milk?"]]]);
  expect(await run(new Command({ resume: "yes" }))).toEqual([["serve", undefined]]);
});

/** A model that asks another one, as those that retry or choose do. */
class Chooser extends BaseChatModel {
  override _llmType() {
    return "chooser";
  }

  override async _generate(messages: BaseMessage[], _: unknown, runManager?: CallbackManagerForLLMRun) {
    const callbacks = new CallbackManager(runManager!.runId);
    callbacks.setHandlers(runManager!.handlers);
    const message = await new ScriptedChatModel(["Tea."]).invoke(messages, { callbacks });
    return { generations: [{ text: "", message }] };
  }
}

test("of a model that asks another one only the outer is a span", async () => {
  const trace = new TraceHandler();
  await new Chooser({}).invoke("What is there?", { callbacks: [trace] });
  expect(trace.spans()).toMatchObject([{ kind: "model", response: { message: { content: "Tea." } } }]);
});

test("a value that cannot be read fails no run", async () => {
  const awkward = {
    get secret(): string {
      throw new Error("do not look");
    },
  };
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const give = tool(() => awkward, { name: "give", description: "Gives.", schema: z.object({}) });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("give", async () => {
      await give.invoke({});
      throw Object.assign(new Error("as planned"), { cause: circular });
    })
    .addEdge(START, "give")
    .compile();
  const warn = vi.spyOn(console, "warn");
  const trace = new TraceHandler();
  await expect(graph.invoke({ messages: [] }, { callbacks: [trace] })).rejects.toThrow("as planned");
  expect(warn).not.toHaveBeenCalled();
  expect(trace.spans()).toMatchObject([
    { kind: "node", error: { message: "as planned" } },
    { kind: "tool", response: { content: expect.stringContaining("cannot be shown") } },
  ]);
});

test("a model that completes a text is a model too", async () => {
  const trace = new TraceHandler();
  await new FakeLLM({ response: "Hi." }).invoke("Hello?", { callbacks: [trace] });
  expect(trace.spans()).toMatchObject([
    {
      kind: "model",
      request: { messages: [{ type: "human", content: "Hello?" }] },
      response: { message: { type: "ai", content: "Hi." } },
    },
  ]);
});
