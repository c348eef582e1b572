import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Document } from "@langchain/core/documents";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { BaseRetriever } from "@langchain/core/retrievers";
import { StructuredTool, tool } from "@langchain/core/tools";
import {
  Annotation,
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
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { TroupeError } from "../errors.ts";
import { TraceHandler } from "../server/trace/trace-handler.ts";
import type { CallSpan } from "../storage/storage.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { readCassette } from "./cassette-file.ts";
import { openCassette, recordCassette, withCassette } from "./cassette.ts";
import { collect } from "./collect.ts";
import { interceptCalls } from "./intercept-calls.ts";
import { ScriptedChatModel, type ScriptLine } from "./scripted-chat-model.ts";

afterEach(() => void vi.useRealTimers());

const newPath = () => join(makeTemporaryFolder(), "calls.cassette.json");
const call = (name: string, args: object, id: string) => ({ toolCalls: [{ name, args: { ...args }, id }] });
const ask = (content: string) => ({ messages: [{ role: "user", content }] });

/** A model with tools, which counts how often each of them ran. */
function createAgent(script: ScriptLine[], system = "You are helpful.\nYou are brief.") {
  const ran: string[] = [];
  const run = (name: string, work: (text: string) => string) =>
    tool(
      ({ text }) => {
        ran.push(name);
        return work(text);
      },
      { name, description: `To ${name}.`, schema: z.object({ text: z.string() }) },
    );
  const tools = [
    run("shout", (text) => text.toUpperCase()),
    run("fail", () => {
      throw new RangeError("It is broken.");
    }),
    run("approve", (text) => `${interrupt({ question: text })}, ${interrupt({ question: "Sure?" })}`),
  ];
  const model = new ScriptedChatModel(script);
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("ask", async ({ messages }) => ({
      messages: [await model.bindTools(tools).invoke([{ role: "system", content: system }, ...messages])],
    }))
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "ask")
    .addConditionalEdges("ask", toolsCondition, ["tools", END])
    .addEdge("tools", "ask")
    .compile({ checkpointer: new MemorySaver() });
  return { graph, model, ran, config: { configurable: { thread_id: "1" } } };
}

const shout = tool(({ text }) => text.toUpperCase(), {
  name: "shout",
  description: "Shouts.",
  schema: z.object({ text: z.string() }),
});

class Shelf extends BaseRetriever {
  lc_namespace = ["tests"];
  override async _getRelevantDocuments(query: string) {
    return [new Document({ pageContent: `About ${query}.`, metadata: { source: "a.md" } })];
  }
}

const texts = (messages: { text: string }[]) => messages.map(({ text }) => text);

test("a recorded graph plays again with no model and no tool, with its usage, errors and streams", async () => {
  const path = newPath();
  const script = [call("shout", { text: "hi" }, "a"), call("fail", { text: "" }, "b"), "It was HI."];
  const live = createAgent(script);
  const recorded = await recordCassette(path, () => live.graph.invoke(ask("Shout hi."), live.config));

  const replay = createAgent([]);
  const cassette = await openCassette(path);
  const trace = new TraceHandler({ nodes: false });
  const chunks = await interceptCalls(cassette.intercept, () =>
    collect(
      replay.graph.stream(ask("Shout hi."), {
        ...replay.config,
        callbacks: [trace],
        streamMode: ["messages", "values"],
      }),
    ),
  );
  const [, last] = chunks.findLast(([mode]) => mode === "values") as unknown as [string, typeof recorded];
  expect(texts(last.messages)).toEqual(texts(recorded.messages));
  expect(texts(last.messages).at(-2)).toContain("It is broken.");
  expect(chunks.filter(([mode]) => mode === "messages").length).toBeGreaterThan(5);
  expect([live.ran, replay.ran, replay.model.calls.length]).toEqual([["shout", "fail"], [], 0]);
  expect([cassette.unused(), cassette.misses]).toEqual([[], []]);
  const spans = await readCassette(path);
  const told = (list: object[]) =>
    list.map((span) => ({ ...span, span_id: 0, parent_id: 0, started_at: 0, duration_ms: 0 }));
  expect(told(trace.spans())).toEqual(told(spans));
});

test("a graph goes by why an answer ended and by its reasoning as it did live, and an old cassette has neither", async () => {
  const path = newPath();
  class Cut extends BaseChatModel {
    override _llmType() {
      return "cut";
    }
    override async _generate() {
      const message = new AIMessage({
        content: "Once upon",
        additional_kwargs: { reasoning_content: "A tale is wanted." },
        response_metadata: { finish_reason: "length", model_name: "teller-2", logprobs: null },
      });
      return { generations: [{ text: message.text, message }] };
    }
  }
  class Streamed extends Cut {
    override async *_streamResponseChunks() {}
  }
  const play = (model: BaseChatModel) =>
    new StateGraph(MessagesAnnotation)
      .addNode("tell", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode("go_on", () => ({ messages: ["And then?"] }))
      .addEdge(START, "tell")
      .addConditionalEdges("tell", ({ messages: [, told] }) =>
        (told as AIMessage).response_metadata["finish_reason"] === "length" ? "go_on" : END,
      )
      .compile()
      .invoke(ask("A tale!"));
  const told = ({ messages }: Awaited<ReturnType<typeof play>>) => {
    const { additional_kwargs, response_metadata } = messages[1]!;
    return { texts: texts(messages), additional_kwargs, response_metadata };
  };
  const live = told(await recordCassette(path, () => play(new Cut({}))));
  expect(live.texts).toEqual(["A tale!", "Once upon", "And then?"]);
  for (const model of [new Cut({}), new Streamed({})]) {
    expect(told(await interceptCalls((await openCassette(path)).intercept, () => play(model)))).toEqual(live);
  }
  const [span] = (await readCassette(path)) as [Extract<CallSpan, { kind: "model" }>];
  const old = await openCassette([{ ...span, response: { message: { type: "ai", content: "Once upon" } } }]);
  expect(told(await interceptCalls(old.intercept, () => play(new Cut({}))))).toMatchObject({
    texts: ["A tale!", "Once upon"],
    response_metadata: { finish_reason: "stop" },
  });
});

test("a cassette is JSON to be read, in the order of its graph", async () => {
  const path = newPath();
  const { graph, config } = createAgent([call("shout", { text: "hi" }, "a"), "HI."]);
  await recordCassette(path, () => graph.invoke(ask("Shout hi."), config));
  const text = await readFile(path, "utf8");
  const { version, spans } = JSON.parse(text) as { version: number; spans: Record<string, unknown>[] };
  expect(text).toContain('\n  "spans": [\n');
  expect(version).toBe(1);
  expect(spans.map(({ span_id, kind, node, step }) => [span_id, kind, node, step])).toEqual([
    ["1", "model", "ask", 1],
    ["2", "tool", "tools", 2],
    ["3", "model", "ask", 3],
  ]);
});

test("an answer that a tool took is not taken again by its node, which asks by itself", async () => {
  const path = newPath();
  const careful = tool(() => interrupt("tool?"), { name: "careful", description: "Asks.", schema: z.object({}) });
  const talk = async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("both", async () => {
        const first = String(await careful.invoke({}));
        return { messages: [`${first}, ${interrupt<string, string>("node?")}`] };
      })
      .addEdge(START, "both")
      .compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "1" } };
    await graph.invoke(ask("Go."), config);
    const second = await graph.invoke(new Command({ resume: "one" }), config);
    const last = await graph.invoke(new Command({ resume: "two" }), config);
    return [isInterrupted(second) && second.__interrupt__.at(-1)?.value, last.messages.at(-1)?.text];
  };
  expect(await recordCassette(path, talk)).toEqual(["node?", "one, two"]);
  const cassette = await openCassette(path);
  expect(await interceptCalls(cassette.intercept, talk)).toEqual(["node?", "one, two"]);
  expect(cassette.misses).toEqual([]);
});

test("an argument that reads as the id of its call is an argument", async () => {
  const path = newPath();
  const model = new ScriptedChatModel(["Refunded 1.", "Refunded 2."]);
  const say = (order: string) => [
    new AIMessage({ content: "", tool_calls: [{ name: "refund", args: { order }, id: order }] }),
  ];
  await recordCassette(path, () => model.invoke(say("1")));
  const { intercept } = await openCassette(path);
  await expect(interceptCalls(intercept, () => model.invoke(say("2")))).rejects.toMatchObject({
    code: "cassette_missed",
  });
});

test("two nodes that ask the same at the same time each get their own answer", async () => {
  const path = newPath();
  const slow = new ScriptedChatModel(["slow"]);
  const quick = new ScriptedChatModel(["quick"]);
  const graph = new StateGraph(Annotation.Root({ a: Annotation<string>, b: Annotation<string> }))
    .addNode("late", async () => {
      await setTimeout(20);
      return { a: (await slow.invoke("Q?")).text };
    })
    .addNode("soon", async () => ({ b: (await quick.invoke("Q?")).text }))
    .addEdge(START, "late")
    .addEdge(START, "soon")
    .compile();
  const recorded = await recordCassette(path, () => graph.invoke({}));
  const { intercept } = await openCassette(path);
  expect(await interceptCalls(intercept, () => graph.invoke({}))).toEqual(recorded);
});

test("interrupts within a tool are raised again, one after the other, and resumed", async () => {
  const path = newPath();
  const talk = async ({ graph, config }: ReturnType<typeof createAgent>) => {
    const questions = [];
    let state = await graph.invoke(ask("Refund it."), config);
    for (const answer of ["yes", "sure"]) {
      if (isInterrupted(state)) questions.push(state.__interrupt__.at(-1)?.value);
      state = await graph.invoke(new Command({ resume: answer }), config);
    }
    return [questions, texts(state.messages)];
  };
  const live = createAgent([call("approve", { text: "May I?" }, "a"), "Done."]);
  const recorded = await recordCassette(path, () => talk(live));
  const replay = createAgent([]);
  const cassette = await openCassette(path);
  expect(await interceptCalls(cassette.intercept, () => talk(replay))).toEqual(recorded);
  expect(recorded).toEqual([
    [{ question: "May I?" }, { question: "Sure?" }],
    ["Refund it.", "", "yes, sure", "Done."],
  ]);
  expect([live.ran.length, replay.ran.length, cassette.unused()]).toEqual([3, 0, []]);
});

describe("a miss", () => {
  test("names the cassette, the call and the nearest recording, and shows the lines that changed", async () => {
    const path = newPath();
    const live = createAgent([call("shout", { text: "hi" }, "a"), "HI."]);
    await recordCassette(path, () => live.graph.invoke(ask("Shout hi."), live.config));
    const changed = createAgent([], "You are helpful.\nYou are rude.");
    const { intercept, misses, unused } = await openCassette(path);
    const failed = interceptCalls(intercept, () => changed.graph.invoke(ask("Shout hi."), changed.config));
    await expect(failed).rejects.toMatchObject({ code: "cassette_missed" });
    const { message } = misses[0]!;
    expect(message).toContain(`"${path}" has no recording of this call of the model "scripted" in the node "ask".`);
    expect(message).toContain("(span 1)");
    expect(message.split("\n").filter((line) => /^[-+]/.test(line))).toEqual(['-You are brief.",', '+You are rude.",']);
    expect(unused()).toHaveLength(3);
  });

  test("of a tool is thrown by withCassette though ToolNode told it to the model", async () => {
    const path = newPath();
    await recordCassette(path, () => shout.invoke({ text: "hello" }));
    const tool_calls = [{ name: "shout", args: { text: "hi" }, id: "a", type: "tool_call" as const }];
    const messages = [new AIMessage({ content: "", tool_calls })];
    await expect(withCassette(path, () => new ToolNode([shout]).invoke({ messages }))).rejects.toMatchObject({
      code: "cassette_missed",
      message: expect.stringContaining('-    "text": "hello"\n+    "text": "hi"'),
    });
    const { intercept } = await openCassette([]);
    const asked = interceptCalls(intercept, () => shout.invoke({ text: "hi" }));
    await expect(asked).rejects.toThrow("It has no call of it at all, only of: nothing.");
  });

  test("is also the call that was recorded less often, and says how often", async () => {
    const path = newPath();
    const model = new ScriptedChatModel(["One.", "Two."]);
    await recordCassette(path, async () => [await model.invoke("?"), await model.invoke("?")]);
    const { intercept } = await openCassette(path);
    const replay = new ScriptedChatModel([]);
    await interceptCalls(intercept, async () => {
      expect((await replay.invoke("?")).text).toBe("One.");
      expect((await replay.invoke("?")).text).toBe("Two.");
      await expect(replay.invoke("?")).rejects.toThrow("It is recorded 2 times, and was asked once more");
    });
  });
});

describe("a recording", () => {
  test("is found by calls that run side by side in another order, and with other ids of tool calls", async () => {
    const path = newPath();
    const answer: ScriptLine = ({ messages }) => `Answer to ${messages.at(-1)?.text}`;
    const conversation = (id: string, text: string) => [
      new AIMessage({ content: "", tool_calls: [{ name: "shout", args: {}, id }] }),
      new ToolMessage({ content: text, tool_call_id: id }),
    ];
    const model = new ScriptedChatModel([answer, answer]);
    await recordCassette(path, () => model.batch([conversation("a", "one"), conversation("b", "two")]));
    const { intercept } = await openCassette(path);
    const replay = new ScriptedChatModel([]);
    const replies = await interceptCalls(intercept, () =>
      replay.batch([conversation("x", "two"), conversation("y", "one")]),
    );
    expect(texts(replies)).toEqual(["Answer to two", "Answer to one"]);
  });

  test("is found by a request with the time and the thread of another run, one thread for one", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-01-02T03:04:05Z") });
    const path = newPath();
    const talk = async (threads: string[]) => {
      const told = [];
      for (const [place, thread_id] of threads.entries()) {
        const graph = new StateGraph(MessagesAnnotation)
          .addNode("note", async (_, { configurable }) => {
            const minute = new Date().toISOString().slice(0, 16);
            const text = `At ${minute} and ${new Date().toISOString()} in ${String(configurable?.["thread_id"])}`;
            const model = new ScriptedChatModel([`Noted by ${place}.`]);
            return { messages: [await shout.invoke({ text }), await model.invoke(text)] };
          })
          .addEdge(START, "note")
          .compile();
        told.push(texts((await graph.invoke(ask("Note."), { configurable: { thread_id } })).messages).at(-1));
      }
      return told;
    };
    const threads = ["6f9619ff-8b86-4d01-b42d-00c04fc964ff", "0b9619ff-8b86-4d01-b42d-00c04fc964aa"];
    await recordCassette(path, () => talk([...threads, threads[0]!]));
    vi.setSystemTime("2030-01-01T00:00:59Z");
    const { intercept, unused } = await openCassette(path);
    const [one, two] = ["ffffffff-8b86-4d01-b42d-00c04fc964aa", "eeeeeeee-8b86-4d01-b42d-00c04fc964aa"];
    expect(await interceptCalls(intercept, () => talk([one, two, one]))).toEqual([
      "Noted by 0.",
      "Noted by 1.",
      "Noted by 2.",
    ]);
    expect(unused()).toEqual([]);
    const again = await openCassette(path);
    await expect(interceptCalls(again.intercept, () => talk([one, one, one]))).rejects.toMatchObject({
      code: "cassette_missed",
    });
  });

  test("of another order, day or search is not found: the miss says what changed", async () => {
    const path = newPath();
    const [order, other] = ["6f9619ff-8b86-4d01-b42d-00c04fc964ff", "0b9619ff-8b86-4d01-b42d-00c04fc964aa"];
    const model = new ScriptedChatModel(["It is paid."]);
    const asks = (id: string, day: string): (() => Promise<unknown>)[] => [
      () => shout.invoke({ text: id }),
      () => shout.invoke({ text: `On ${day}T09:00:00Z` }),
      () => new Shelf().invoke(id),
      () => model.invoke(`Is order ${id} of ${day}T09:00Z paid?`),
    ];
    await recordCassette(path, async () => {
      for (const made of asks(order, "2026-03-01")) await made();
    });
    for (const made of asks(other, "2026-03-02")) {
      const { intercept, misses } = await openCassette(path);
      await expect(interceptCalls(intercept, made)).rejects.toMatchObject({ code: "cassette_missed" });
      expect(misses[0]!.message).toMatch(/\n-.*(6f9619ff|03-01)[^]*\n\+.*(0b9619ff|03-02)/);
    }
    const { intercept } = await openCassette(path, { ignore: [/order \S+/, /03-\d\d/] });
    const { text } = await interceptCalls(intercept, () =>
      model.invoke(`Is order ${other} of 2026-03-02T09:00Z paid?`),
    );
    expect(text).toBe("It is paid.");
  });

  test("of a command, a retriever, an error with code and hint, and a tool of a class answers as it was", async () => {
    const path = newPath();
    const hand = tool(
      () =>
        new Command({ goto: "expert", graph: Command.PARENT, update: { messages: [new ToolMessage("Yours.", "a")] } }),
      { name: "hand_over", description: "", schema: z.object({}) },
    );
    class Strict extends StructuredTool {
      name = "strict";
      description = "";
      schema = z.object({});
      override async _call(): Promise<string> {
        throw new TroupeError("model_needed", "No model.", { hint: "Set one." });
      }
    }
    const work = async () => {
      const { goto, graph, update } = (await hand.invoke({})) as Command;
      const documents = await new Shelf().invoke("books");
      const error = await new Strict()
        .invoke({})
        .catch(({ code, hint, message }: TroupeError) => ({ code, hint, message }));
      return { goto, graph, update: (update as { messages: object[] }).messages.length, documents, error };
    };
    const recorded = await recordCassette(path, work);
    expect(recorded).toMatchObject({ goto: ["expert"], graph: "__parent__", error: { hint: "Set one." } });
    const { intercept, unused } = await openCassette(path);
    expect(await interceptCalls(intercept, work)).toEqual(recorded);
    expect(unused()).toEqual([]);
  });

  test("holds the outermost calls only; those within another that a server recorded count as asked for", async () => {
    const path = newPath();
    const think = tool(async () => (await new ScriptedChatModel(["Deep."]).invoke("?")).text, {
      name: "think",
      description: "",
      schema: z.object({}),
    });
    await recordCassette(path, () => think.invoke({}));
    const [span, ...more] = await readCassette(path);
    expect([span?.name, more]).toEqual(["think", []]);
    const inner = { ...span!, span_id: "2", parent_id: span!.span_id, name: "inner" };
    const { intercept, unused } = await openCassette([span!, inner]);
    expect(unused()).toEqual([span]);
    expect(await interceptCalls(intercept, () => think.invoke({}))).toBe("Deep.");
    expect(unused()).toEqual([]);
  });

  test("answers no outer call by what a tool asked within itself, though both ask the same", async () => {
    const path = newPath();
    const model = new ScriptedChatModel(["Within.", "Without."]);
    const think = tool(async () => (await model.invoke("?")).text, {
      name: "think",
      description: "",
      schema: z.object({}),
    });
    await recordCassette(path, async () => [await think.invoke({}), await model.invoke("?")]);
    const [, outer] = await readCassette(path);
    const [thought] = await readCassette(path);
    const inner = { ...outer!, span_id: "3", parent_id: thought!.span_id, started_at: thought!.started_at } as CallSpan;
    inner.response = { message: { type: "ai", content: "Within." } } as never;
    const { intercept } = await openCassette([thought!, inner, outer!]);
    expect(await interceptCalls(intercept, async () => (await model.invoke("?")).text)).toBe("Without.");
  });

  test("gives the answers of two runs in the order of the runs, whose steps both begin with the first", async () => {
    const path = newPath();
    const wait = Annotation.Root({ left: Annotation<number>, said: Annotation<string> });
    const play = async (model: BaseChatModel) => {
      const graph = new StateGraph(wait)
        .addNode("look", async ({ left }) => ({
          left: left - 1,
          ...(left === 0 && { said: (await model.invoke("?")).text }),
        }))
        .addEdge(START, "look")
        .addConditionalEdges("look", ({ left }) => (left < 0 ? END : "look"))
        .compile();
      return [(await graph.invoke({ left: 2 })).said, (await graph.invoke({ left: 0 })).said];
    };
    await recordCassette(path, () => play(new ScriptedChatModel(["First.", "Second."])));
    expect(await withCassette(path, () => play(new ScriptedChatModel([])))).toEqual(["First.", "Second."]);
  });
});

describe("withCassette", () => {
  afterEach(() => void vi.unstubAllEnvs());

  test("records where there is no file and plays where there is one", async () => {
    vi.stubEnv("TROUPE_FORBID_MODEL_CALLS", "");
    const path = newPath();
    const model = new ScriptedChatModel(["Hello."]);
    for (const _ of ["recorded", "played"]) {
      const { text } = await withCassette(path, () => model.invoke("Hi."));
      expect(text).toBe("Hello.");
    }
    expect(model.calls).toHaveLength(1);
  });

  test("records nothing when real calls are forbidden, nor of work that throws", async () => {
    const path = newPath();
    const model = new ScriptedChatModel(["Hello."]);
    await expect(withCassette(path, () => model.invoke("Hi."))).rejects.toMatchObject({
      code: "cassette_invalid",
      message: `There is no cassette "${path}", and none is recorded while model calls are forbidden.`,
    });
    expect(model.calls).toEqual([]);
    const failing = recordCassette(path, async () => {
      await model.invoke("Hi.");
      throw new Error("Not what was expected.");
    });
    await expect(failing).rejects.toThrow("Not what was expected.");
    expect(existsSync(path)).toBe(false);
  });

  test("says what is wrong with a file that is no cassette", async () => {
    const path = newPath();
    await writeFile(path, '{ "version": 1, "spans": [{ "kind": "node" }] }');
    const error = await openCassette(path).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "cassette_invalid", message: `The cassette "${path}" cannot be read.` });
    expect((error as TroupeError).hint).toContain("spans[0].kind");
    const asked = { kind: "model", name: "m", request: { messages: [] }, response: null, error: null };
    for (const [change, place] of [
      [{ response: {} }, "spans[0].response.message"],
      [{ response: { message: null } }, "spans[0].response.message"],
      [{ request: { messages: "hi" } }, "spans[0].request.messages"],
      [{ interrupts: 5 }, "spans[0].interrupts"],
    ] as const) {
      await writeFile(path, JSON.stringify({ version: 1, spans: [{ ...asked, ...change }] }));
      await expect(openCassette(path)).rejects.toMatchObject({ hint: expect.stringContaining(place) });
    }
    await writeFile(path, "{");
    await expect(openCassette(path)).rejects.toMatchObject({ code: "cassette_invalid" });
  });
});
