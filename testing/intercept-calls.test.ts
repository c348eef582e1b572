import { createRequire } from "node:module";
import { ChatAnthropic } from "@langchain/anthropic";
import { Document } from "@langchain/core/documents";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { BaseRetriever } from "@langchain/core/retrievers";
import { DynamicTool, StructuredTool, tool, ToolInputParsingException } from "@langchain/core/tools";
import {
  Command,
  END,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { TraceHandler } from "../server/trace/trace-handler.ts";
import { collect } from "./collect.ts";
import { forbidModelCalls } from "./forbid-model-calls.ts";
import { type CallInterceptor, interceptCalls, type PendingCall } from "./intercept-calls.ts";
import { ScriptedChatModel } from "./scripted-chat-model.ts";

/** Interceptors that answer from what is scripted, and the calls they were shown. */
function answering(answers: { model?: object[]; tool?: object | Error; documents?: object[] }) {
  const calls: PendingCall[] = [];
  const models = [...(answers.model ?? [])];
  const intercept: CallInterceptor = async (call) => {
    calls.push(call);
    if (call.kind === "model" && models.length)
      return { response: { message: models.shift() }, usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 } };
    if (call.kind === "tool" && answers.tool instanceof Error) throw answers.tool;
    if (call.kind === "tool" && answers.tool) return { response: answers.tool };
    if (call.kind === "retriever" && answers.documents) return { response: { documents: answers.documents } };
    return undefined;
  };
  return { calls, intercept };
}

const ai = (content: unknown, tool_calls?: object[]) => ({ type: "ai", content, ...(tool_calls && { tool_calls }) });
const callAdd = ai("", [{ name: "add", args: { a: 1, b: 2 }, id: "c1" }]);

const add = tool(({ a, b }) => `${a + b}`, {
  name: "add",
  description: "Adds.",
  schema: z.object({ a: z.number(), b: z.number() }),
});

/** A model that keeps what it needs in private fields, and that no test may reach. */
class PrivateModel extends BaseChatModel {
  readonly #name = "private";
  asked = 0;
  constructor() {
    super({});
  }
  override _llmType() {
    return "private";
  }
  override getLsParams() {
    return { ls_model_type: "chat" as const, ls_model_name: this.#name };
  }
  override async invoke(...parameters: Parameters<BaseChatModel["invoke"]>) {
    this.asked += 1;
    return super.invoke(...parameters);
  }
  override async _generate(_messages: BaseMessage[]): Promise<ChatResult> {
    return { generations: [{ text: this.#name, message: new AIMessage(this.#name) }] };
  }
}

describe("a model's call", () => {
  test("is answered whole, streamed, in batches and as events, with the usage of the answer", async () => {
    const model = new ScriptedChatModel([]);
    const { calls, intercept } = answering({ model: [1, 2, 3, 4, 5, 6].map((n) => ai(`Answer ${n}.`)) });
    await interceptCalls(intercept, async () => {
      const whole = await model.invoke("One?");
      expect([whole.text, whole.usage_metadata?.total_tokens]).toEqual(["Answer 1.", 10]);
      const chunks = await collect(model.stream("Two?"));
      expect(chunks.length).toBeGreaterThan(2);
      expect(chunks.map(({ text }) => text).join("")).toBe("Answer 2.");
      expect((await model.batch(["Three?", "Four?"])).map(({ text }) => text)).toEqual(["Answer 3.", "Answer 4."]);
      const events = await collect(model.streamEvents("Five?", { version: "v2" }));
      expect(events.at(-1)?.data.output.text).toBe("Answer 5.");
      expect(await model.streamEvents("Six?").text).toBe("Answer 6.");
    });
    expect(calls.map(({ request }) => (request as { messages: object[] }).messages)).toContainEqual([
      { type: "human", content: "One?" },
    ]);
    expect(model.calls).toEqual([]);
  });

  test("is answered for bindTools and withStructuredOutput, also with the raw message", async () => {
    const model = new ScriptedChatModel([]);
    const good = ai("", [{ name: "extract", args: { good: true } }]);
    const { calls, intercept } = answering({ model: [callAdd, good, good] });
    const schema = z.object({ good: z.boolean() });
    await interceptCalls(intercept, async () => {
      const { tool_calls } = await model.bindTools([add], { tool_choice: "any" }).invoke("1 + 2?");
      expect(tool_calls).toEqual([expect.objectContaining({ name: "add", args: { a: 1, b: 2 }, id: "c1" })]);
      expect(await model.withStructuredOutput(schema).invoke("Good?")).toEqual({ good: true });
      const { raw, parsed } = await model.withStructuredOutput(schema, { includeRaw: true }).invoke("Good?");
      expect([(raw as AIMessage).tool_calls?.length, parsed]).toEqual([1, { good: true }]);
    });
    expect(calls[0]).toMatchObject({ request: { tools: [{ name: "add" }], options: { tool_choice: "any" } } });
  });

  test("keeps the blocks of an answer that is no plain text", async () => {
    const blocks = [{ type: "text", text: "A plan.", index: 0 }];
    const { intercept } = answering({ model: [ai(blocks, callAdd.tool_calls)] });
    const answer = await interceptCalls(intercept, () => new ScriptedChatModel([]).invoke("Plan?"));
    expect([answer.content, answer.tool_calls?.length]).toEqual([blocks, 1]);
  });

  test("is made when no interceptor answers, and is asked about outside of a scope by nobody", async () => {
    const { calls, intercept } = answering({});
    const model = new ScriptedChatModel(["Live.", "Streamed.", "Outside."]);
    await interceptCalls(intercept, async () => {
      expect((await model.invoke("1")).text).toBe("Live.");
      expect((await collect(model.stream("2"))).map(({ text }) => text).join("")).toBe("Streamed.");
    });
    expect((await model.invoke("3")).text).toBe("Outside.");
    expect(calls).toHaveLength(2);
  });

  test("works for a model with private fields that overrides invoke, answered or not, and runs its invoke once", async () => {
    const model = new PrivateModel();
    const { calls, intercept } = answering({ model: [ai("Answered.")] });
    const texts = await interceptCalls(intercept, async () => [
      (await model.invoke("1")).text,
      (await model.invoke("2")).text,
      ...(await collect(model.stream("3"))).map(({ text }) => text),
    ]);
    expect(texts).toEqual(["Answered.", "private", "private"]);
    expect([calls.map(({ name }) => name), model.asked]).toEqual([["private", "private", "private"], 3]);
  });

  test("of a provider's model is answered in each of its ways, without its client", async () => {
    using _ = forbidModelCalls();
    const schema = z.object({ good: z.boolean() });
    const good = [{ name: "extract", args: { good: true }, id: "c1" }];
    const blocks = good.map(({ args, ...call }) => ({ type: "tool_use", ...call, input: args }));
    for (const [model, content] of [
      [new ChatOpenAI({ apiKey: "k", model: "gpt-5.4" }), '{"good":true}'],
      [new ChatOpenAI({ apiKey: "k", model: "gpt-5.4", useResponsesApi: true }), '{"good":true}'],
      [new ChatAnthropic({ apiKey: "k", model: "claude-sonnet-5" }), blocks],
    ] as const) {
      const answers = [ai("One."), ai("Two."), ai("Three."), callAdd, ai(content, good)];
      const { calls, intercept } = answering({ model: answers });
      await interceptCalls(intercept, async () => {
        expect((await model.invoke("1")).text).toBe("One.");
        expect((await collect(model.stream("2"))).map(({ text }) => text).join("")).toBe("Two.");
        const events = (model as BaseChatModel).streamEvents("3");
        expect(await events.text).toBe("Three.");
        expect((await model.bindTools([add]).invoke("4")).tool_calls).toMatchObject([{ name: "add", id: "c1" }]);
        expect(await model.withStructuredOutput(schema).invoke("5")).toEqual({ good: true });
      });
      expect(calls.map(({ name }) => name)).toEqual(calls.map(() => model.model));
      expect(calls[3]).toMatchObject({ request: { tools: [{ name: "add", description: "Adds." }] } });
    }
  });

  test("is told to callbacks by the name of the model's own class, answered or not", async () => {
    class ChatTide extends BaseChatModel {
      override _llmType() {
        return "tide";
      }
      override async _generate() {
        return { generations: [{ text: "High.", message: new AIMessage("High.") }] };
      }
    }
    const trace = new TraceHandler();
    const { calls, intercept } = answering({ model: [ai("Answered.")] });
    const config = { callbacks: [trace] };
    await interceptCalls(intercept, async () => {
      await new ChatTide({}).invoke("1", config);
      await new ChatTide({}).invoke("2", config);
    });
    expect([trace.spans().map(({ name }) => name), calls.map(({ name }) => name)]).toEqual([
      ["Tide", "Tide"],
      ["Tide", "Tide"],
    ]);
  });

  test("of a model that asks another one is shown once, the outermost", async () => {
    class Outer extends PrivateModel {
      readonly inner = new ScriptedChatModel(["Inner.", "Inner."]);
      override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
        const message = await this.inner.invoke(messages);
        return { generations: [{ text: message.text, message }] };
      }
      override async *_streamResponseChunks(messages: BaseMessage[]) {
        for await (const message of await this.inner.stream(messages)) {
          yield new ChatGenerationChunk({ message, text: message.text });
        }
      }
    }
    const { calls, intercept } = answering({});
    const outer = new Outer();
    await interceptCalls(intercept, async () => {
      await outer.invoke("1");
      await collect(outer.stream("2"));
    });
    expect([calls.length, outer.inner.calls.length]).toEqual([2, 2]);
  });

  test("stops waiting for an interceptor when it is aborted", async () => {
    const waiting = Promise.withResolvers<void>();
    const never: CallInterceptor = () => {
      waiting.resolve();
      return new Promise(() => {});
    };
    const controller = new AbortController();
    const call = interceptCalls(never, () => new ScriptedChatModel([]).invoke("?", { signal: controller.signal }));
    await waiting.promise;
    controller.abort(new Error("Enough."));
    await expect(call).rejects.toThrow("Enough.");
  });
});

test("an interceptor may ask another model, which it is not shown", async () => {
  const other = new ScriptedChatModel(["The other one."]);
  const forward: CallInterceptor = async () => ({ response: { message: ai((await other.invoke("?")).text) } });
  const { text } = await interceptCalls(forward, () => new ScriptedChatModel([]).invoke("?"));
  expect(text).toBe("The other one.");
});

test("inner interceptors are asked before outer ones, and the first answer wins", async () => {
  const asked: string[] = [];
  const named =
    (name: string, answer?: object): CallInterceptor =>
    async () => {
      asked.push(name);
      return answer && { response: { message: answer } };
    };
  const model = new ScriptedChatModel([]);
  const { text } = await interceptCalls([named("outer", ai("Outer.")), named("never")], () =>
    interceptCalls([named("first"), named("second")], () => model.invoke("?")),
  );
  expect([text, asked]).toEqual(["Outer.", ["first", "second", "outer"]]);
});

describe("a tool's call", () => {
  const toolCall = { type: "tool_call" as const, name: "add", args: { a: 1, b: 2 }, id: "c7" };

  test("is answered as content for arguments, and as a message for a tool call", async () => {
    const { calls, intercept } = answering({ tool: { content: "33" } });
    await interceptCalls(intercept, async () => {
      expect(await add.invoke({ a: 1, b: 2 })).toBe("33");
      const message = await add.invoke(toolCall);
      expect(message).toBeInstanceOf(ToolMessage);
      expect(message).toMatchObject({ content: "33", tool_call_id: "c7", name: "add", status: "success" });
    });
    expect(calls.map(({ name, request }) => [name, request])).toEqual([
      ["add", { args: { a: 1, b: 2 } }],
      ["add", { args: { a: 1, b: 2 } }],
    ]);
  });

  test("is answered for tools of one text, of a class with private fields, and with an artifact or a failure", async () => {
    class Secret extends StructuredTool {
      readonly #answer = "secret";
      name = "secret";
      description = "Tells.";
      schema = z.object({});
      override async _call() {
        return this.#answer;
      }
    }
    const shout = new DynamicTool({ name: "shout", description: "Shouts.", func: async (text) => text.toUpperCase() });
    const find = tool(() => ["live", []], {
      name: "find",
      description: "Finds.",
      schema: z.object({}),
      responseFormat: "content_and_artifact",
    });
    const let_through = answering({});
    expect(
      await interceptCalls(let_through.intercept, async () => [
        await shout.invoke("hi"),
        await new Secret().invoke({}),
      ]),
    ).toEqual(["HI", "secret"]);
    const { intercept } = answering({ tool: { content: "found", artifact: [1] } });
    const [text, secret, found] = await interceptCalls(intercept, async () => [
      await shout.invoke("hi"),
      await new Secret().invoke({}),
      await find.invoke({ ...toolCall, name: "find", args: {} }),
    ]);
    expect([text, secret]).toEqual(["found", "found"]);
    expect(found).toMatchObject({ content: "found", artifact: [1], tool_call_id: "c7" });
    const failing = answering({ tool: { content: "No such number.", status: "error" } });
    expect(await interceptCalls(failing.intercept, () => add.invoke(toolCall))).toMatchObject({ status: "error" });
  });

  test("with arguments that do not fit is refused as ever, before anybody is asked", async () => {
    const { calls, intercept } = answering({ tool: { content: "33" } });
    const call = interceptCalls(intercept, () => add.invoke({ a: "one" } as never));
    await expect(call).rejects.toBeInstanceOf(ToolInputParsingException);
    expect(calls).toEqual([]);
  });

  test("stops waiting for an interceptor when it is aborted", async () => {
    const controller = new AbortController();
    const abort: CallInterceptor = () => {
      controller.abort(new Error("Enough."));
      return new Promise(() => {});
    };
    const call = interceptCalls(abort, () => add.invoke({ a: 1, b: 2 }, { signal: controller.signal }));
    await expect(call).rejects.toThrow("Enough.");
  });
});

class Shelf extends BaseRetriever {
  readonly #text = "live";
  lc_namespace = ["tests"];
  override async _getRelevantDocuments() {
    return [new Document({ pageContent: this.#text })];
  }
}

test("a retriever's call is answered with documents, or made", async () => {
  const { calls, intercept } = answering({ documents: [{ pageContent: "recorded", metadata: { source: "a.md" } }] });
  const [document] = await interceptCalls(intercept, () => new Shelf().invoke("books"));
  expect(document).toBeInstanceOf(Document);
  expect(document).toMatchObject({ pageContent: "recorded", metadata: { source: "a.md" } });
  expect(calls).toMatchObject([{ kind: "retriever", name: "Shelf", request: { query: "books" } }]);
  const [live] = await interceptCalls(answering({}).intercept, () => new Shelf().invoke("books"));
  expect(live?.pageContent).toBe("live");
});

describe("within a graph", () => {
  const agent = (model: BaseChatModel, tools = [add]) =>
    new StateGraph(MessagesAnnotation)
      .addNode("ask", async ({ messages }) => ({ messages: [await model.bindTools!(tools).invoke(messages)] }))
      .addNode("tools", new ToolNode(tools))
      .addEdge(START, "ask")
      .addConditionalEdges("ask", toolsCondition, ["tools", END])
      .addEdge("tools", "ask")
      .compile({ checkpointer: new MemorySaver() });
  const input = { messages: [{ role: "user", content: "1 + 2?" }] };
  const onThread = (thread_id: string) => ({ configurable: { thread_id } });

  test("calls are shown with node and step, seen by callbacks, and streamed as messages", async () => {
    const { calls, intercept } = answering({ model: [callAdd, ai("It is 33.")], tool: { content: "33" } });
    const trace = new TraceHandler({ nodes: false });
    const chunks = await interceptCalls(intercept, async () =>
      collect(
        agent(new ScriptedChatModel([])).stream(input, {
          ...onThread("1"),
          callbacks: [trace],
          streamMode: "messages",
        }),
      ),
    );
    const texts = chunks.map(([message]) => message.text).filter(Boolean);
    expect(texts).toEqual(["33", "It", " is", " 33."]);
    expect(calls.map(({ kind, node, step }) => [kind, node, step])).toEqual([
      ["model", "ask", 1],
      ["tool", "tools", 2],
      ["model", "ask", 3],
    ]);
    const spans = trace.spans();
    expect(spans.map(({ kind, request }) => ({ kind, request }))).toEqual(
      calls.map(({ kind, request }) => ({ kind, request })),
    );
    expect(spans.map(({ usage }) => usage?.total_tokens)).toEqual([10, undefined, 10]);
    expect(spans[1]?.response).toMatchObject({ content: "33" });
  });

  test("an answer that throws is an error like the tool's own: ToolNode tells it to the model", async () => {
    const { intercept } = answering({ model: [callAdd, ai("Sorry.")], tool: new Error("The adder is broken.") });
    const { messages } = await interceptCalls(intercept, () =>
      agent(new ScriptedChatModel([])).invoke(input, onThread("2")),
    );
    expect(messages.at(-2)).toMatchObject({ status: "error", tool_call_id: "c1" });
    expect(messages.at(-2)?.text).toContain("The adder is broken.");
  });

  test("an interrupt inside of a tool that is let through bubbles and is resumed", async () => {
    const approve = tool(() => `Approved: ${interrupt("May I?")}`, {
      name: "add",
      description: "",
      schema: z.object({}),
    });
    const { intercept } = answering({ model: [callAdd, ai("Done.")] });
    const graph = agent(new ScriptedChatModel([]), [approve as never]);
    const config = onThread("3");
    await interceptCalls(intercept, async () => {
      const asked = await graph.invoke(input, config);
      expect(isInterrupted(asked) && asked.__interrupt__[0]?.value).toBe("May I?");
      const { messages } = await graph.invoke(new Command({ resume: "yes" }), config);
      expect(messages.slice(-2).map(({ text }) => text)).toEqual(["Approved: yes", "Done."]);
    });
  });

  test("createAgent of LangChain is answered as well", async () => {
    const { calls, intercept } = answering({ model: [callAdd, ai("It is 33.")], tool: { content: "33" } });
    const langChainAgent = createAgent({ model: new ScriptedChatModel([]), tools: [add] });
    const { messages } = await interceptCalls(intercept, () => langChainAgent.invoke(input));
    expect(messages.map(({ text }) => text)).toEqual(["1 + 2?", "", "33", "It is 33."]);
    expect(calls.map(({ kind }) => kind)).toEqual(["model", "tool", "model"]);
  });
});

test("the CommonJS build of LangChain is a copy of its own and is answered too", async () => {
  const tools = createRequire(import.meta.url)("@langchain/core/tools") as { DynamicTool: typeof DynamicTool };
  expect(tools.DynamicTool).not.toBe(DynamicTool);
  const shout = new tools.DynamicTool({ name: "shout", description: "", func: async (text) => text.toUpperCase() });
  const { intercept } = answering({ tool: { content: "HUSH" } });
  expect(await interceptCalls(intercept, () => shout.invoke("hi"))).toBe("HUSH");
  expect(await shout.invoke("hi")).toBe("HI");
});
