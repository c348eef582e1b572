import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Document } from "@langchain/core/documents";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { Annotation, END, interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import { createRetriever } from "../../retrieval/index.ts";
import { ScriptedChatModel, type ScriptLine } from "../../testing/index.ts";
import { makeTemporaryFolder } from "../../tests/fixtures/make-temporary-folder.ts";
import { runEvalCase as run } from "../../tests/fixtures/run-eval-case.ts";
import type { NewEvalCase } from "./eval-case.ts";
import { readScorers } from "./read-scorers.ts";
import { type SimulatedUser, simulateUser } from "./simulate-user.ts";
import type { Subjects } from "./suite-options.ts";

const lookUp = tool(({ order }: { order: string }) => `Order ${order} was paid.`, {
  name: "look_up",
  schema: z.object({ order: z.string() }),
});

/** A foreign graph with a tool; its script begins anew with each trial. */
const agent = (script: readonly ScriptLine[]) => () => {
  const model = new ScriptedChatModel(script).bindTools([lookUp]);
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode([lookUp]))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent");
};
const oneCall: ScriptLine[] = [{ toolCalls: [{ name: "look_up", args: { order: "7" }, id: "c1" }] }, "It was paid."];

/** A model of a provider, as far as anybody can tell. */
class ProviderModel extends BaseChatModel {
  override _llmType() {
    return "provider";
  }
  override getLsParams() {
    return { ls_model_name: "gpt-9", ls_model_type: "chat" as const };
  }
  override async _generate() {
    const usage_metadata = { input_tokens: 1_000_000, output_tokens: 500_000, total_tokens: 1_500_000 };
    return { generations: [{ text: "a", message: new AIMessage({ content: "a", usage_metadata }) }] };
  }
}

/** Asks twice for a person's answer. */
const asking = new StateGraph(Annotation.Root({ ...MessagesAnnotation.spec, answers: Annotation<string[]> }))
  .addNode("ask", () => ({ answers: [interrupt("first?"), interrupt("second?")] }))
  .addEdge(START, "ask")
  .addEdge("ask", END);

/** Repeats what was said, with how many messages the thread has. */
const echo = new StateGraph(MessagesAnnotation)
  .addNode("say", ({ messages }) => ({ messages: [new AIMessage(`${messages.length}: ${messages.at(-1)!.text}`)] }))
  .addEdge(START, "say");

test("a trial of a graph shows its text, nodes, tool calls with their results, and usage", async () => {
  const { trial, seen } = await run({ graph: agent(oneCall) }, { input: "Was order 7 paid?" });
  expect(trial.passed).toBe(true);
  expect(seen.text).toBe("It was paid.");
  expect(seen.nodes).toEqual(["agent", "tools", "agent"]);
  expect(seen.toolCalls).toEqual([{ name: "look_up", args: { order: "7" }, id: "c1", result: "Order 7 was paid." }]);
  expect(seen.messages.map(({ type }) => type)).toEqual(["human", "ai", "tool", "ai"]);
  expect(seen.usage).toMatchObject({ model_calls: 2, live_calls: 0, cost: 0 });
  expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
});

test("a tool that asks a person, and runs anew with its answer, was called once, and so was what ran beside it", async () => {
  const pay = tool(({ order }) => (interrupt(`Pay ${order}?`) === "yes" ? `Order ${order} is paid.` : "Not paid."), {
    name: "pay",
    schema: z.object({ order: z.string() }),
  });
  const calls = [
    { name: "look_up", args: { order: "7" }, id: "c1" },
    { name: "pay", args: { order: "7" }, id: "c2" },
  ];
  const asked = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({
      messages: [await new ScriptedChatModel([{ toolCalls: calls }]).invoke(messages)],
    }))
    .addNode("tools", new ToolNode([lookUp, pay]))
    .addEdge(START, "agent")
    .addEdge("agent", "tools");
  const own = new StateGraph(Annotation.Root({ ...MessagesAnnotation.spec, paid: Annotation<string> }))
    .addNode("till", async () => ({ paid: await pay.invoke({ order: "7" }) }))
    .addEdge(START, "till");
  const turns = ["Pay order 7", { resume: "yes" }];
  expect((await run({ graph: asked }, { turns })).seen.toolCalls).toEqual([
    { ...calls[0], result: "Order 7 was paid." },
    { ...calls[1], result: "Order 7 is paid." },
  ]);
  const inNode = (await run({ graph: own }, { turns })).seen;
  expect(inNode.toolCalls).toEqual([{ name: "pay", args: { order: "7" }, result: "Order 7 is paid." }]);
  expect(inNode.spans.filter(({ kind }) => kind === "tool")).toHaveLength(2);
});

test("each trial has a thread of its own, and the turns of a case share one", async () => {
  const { trials } = await run(
    { graph: echo },
    { turns: ["a", { input: { messages: "b" } }] },
    { user: () => undefined, repeat: 2 },
  );
  expect(trials.map(({ observation }) => observation.text)).toEqual(["3: b", "3: b"]);
});

test("turns answer interrupts in order, and the values of the interrupts are seen", async () => {
  const { seen } = await run({ graph: asking }, { turns: ["go", { resume: "yes" }, { resume: "no" }] });
  expect(seen.interrupts).toEqual(["first?", "second?"]);
  expect(seen.output).toMatchObject({ answers: ["yes", "no"] });
});

test("a text while an interrupt waits, and an answer while none does, say what is wrong", async () => {
  const { trial, seen } = await run({ graph: asking }, { turns: ["go", "yes"] });
  expect(trial.passed).toBe(false);
  expect(seen.error).toMatchObject({
    code: "case_invalid",
    message: 'Turn 2 is an input, but an interrupt waits for an answer: "first?".',
    hint: 'Answer it first, with a turn { "resume": … }.',
  });
  const { seen: early } = await run({ graph: echo }, { turns: [{ resume: 1 }] });
  expect(early.error?.message).toBe("Turn 1 answers an interrupt, but none waits.");
});

test("several interrupts at once are answered by a list", async () => {
  const both = new StateGraph(Annotation.Root({ left: Annotation<string>, right: Annotation<string> }))
    .addNode("one", () => ({ left: interrupt("l?") }))
    .addNode("two", () => ({ right: interrupt("r?") }))
    .addEdge(START, "one")
    .addEdge(START, "two");
  const { seen } = await run({ graph: both }, { turns: [{ input: { left: "" } }, { resume: ["L", "R"] }] });
  expect(seen.output).toEqual({ left: "L", right: "R" });
  const { seen: short } = await run({ graph: both }, { turns: [{ input: { left: "" } }, { resume: "L" }] });
  expect(short.error?.hint).toContain("a list of 2 answers");
});

test("a simulated user goes on after the turns of the case, until it is done or the turns are used up", async () => {
  const user = simulateUser({ replies: ["b", "c"] });
  const { seen } = await run({ graph: echo }, { input: "a" }, { user });
  expect(seen.text).toBe("5: c");
  const endless = () => "more";
  expect((await run({ graph: echo }, { input: "a" }, { user: endless, maxTurns: 4 })).seen.messages).toHaveLength(8);
});

test("a simulated user with a model reads the conversation from its own side, and ends when it says so", async () => {
  const model = new ScriptedChatModel(["I need the number 7.", "[DONE]"]);
  const user = simulateUser({ goal: "Get the number 7.", model });
  const { seen } = await run({ graph: echo }, { input: "Hello" }, { user });
  expect(seen.text).toBe("3: I need the number 7.");
  expect(model.calls[1]!.messages.slice(1).map((message: BaseMessage) => [message.type, message.text])).toEqual([
    ["ai", "Hello"],
    ["human", "1: Hello"],
    ["ai", "I need the number 7."],
    ["human", "3: I need the number 7."],
  ]);
});

test("a planned fault meets the call that it names, and the graph goes on as it would", async () => {
  const twice: ScriptLine[] = [
    oneCall[0]!,
    { toolCalls: [{ name: "look_up", args: { order: "7" }, id: "c2" }] },
    "It was paid.",
  ];
  const faults = [{ name: "look_up", call: 2, error: "The shop is closed." }];
  const { seen } = await run({ graph: agent(twice) }, { input: "?", faults });
  expect(seen.toolCalls.map(({ result, error }) => error ?? result)).toEqual([
    "Order 7 was paid.",
    expect.stringContaining("The shop is closed."),
  ]);
});

test("a model and a retriever answer or fail as planned", async () => {
  const model: NewEvalCase = { input: "?", faults: [{ kind: "model", answer: "from the plan" }] };
  expect((await run({ graph: agent([]) }, model)).seen.text).toBe("from the plan");
  const broken: NewEvalCase = { input: "?", faults: [{ kind: "model", error: "429" }], expected: { error: "429" } };
  expect((await run({ graph: agent([]) }, broken)).trial.passed).toBe(true);
  const retriever = createRetriever({ search: async () => [] });
  const found = await run({ retriever }, { input: "q", faults: [{ kind: "retriever", answer: ["a text"] }] });
  expect(found.seen.documents.map(({ text }) => text)).toEqual(["a text"]);
});

test("a cassette answers the calls of its case, and a miss fails the trial even where the graph went on", async () => {
  const file = join(makeTemporaryFolder(), "paid.cassette.json");
  const { seen } = await run({ graph: agent(oneCall) }, { input: "Was order 7 paid?" });
  writeFileSync(file, JSON.stringify({ version: 1, spans: seen.spans.filter(({ kind }) => kind !== "node") }));
  const replayed = await run({ graph: agent([]) }, { input: "Was order 7 paid?", cassette: file });
  expect(replayed.seen.text).toBe("It was paid.");
  expect(replayed.seen.toolCalls).toEqual(seen.toolCalls);
  const missed = await run({ graph: agent([]) }, { input: "Was order 8 paid?", cassette: file });
  expect(missed.seen.error?.code).toBe("cassette_missed");
});

test("only what may differ is repeated", async () => {
  const count = async (subject: Subjects, options: { user?: SimulatedUser; deterministic?: boolean } = {}) =>
    (await run(subject, { input: "Was order 7 paid?" }, { repeat: 3, ...options })).trials.length;
  expect(await count({ graph: agent(oneCall) })).toBe(1);
  expect(await count({ graph: echo })).toBe(1);
  expect(await count({ graph: echo }, { user: () => undefined })).toBe(3);
  expect(await count({ task: (input: string) => input })).toBe(3);
  expect(await count({ task: (input: string) => input }, { deterministic: true })).toBe(1);
  expect(await count({ graph: echo }, { deterministic: false })).toBe(3);
  expect(await count({ prompt: (input: string) => input, model: new FakeListChatModel({ responses: ["a"] }) })).toBe(1);
  const live = { prompt: (input: string) => input, model: new ProviderModel({}) };
  expect(await count(live)).toBe(3);
});

test("what passed in the baseline and fails is tried again, for a chance that nobody has told of", async () => {
  const passFrom = (least: number) => {
    let tries = 0;
    function far({ output }: { output: unknown }) {
      return Number(output) >= least;
    }
    return { task: () => ++tries, scorers: [far] };
  };
  const tries = async (least: number, more: { deterministic?: boolean; repeat?: number } = {}) => {
    const { task, scorers } = passFrom(least);
    const seen = await run({ task }, { id: "a", input: 1 }, { scorers, passing: ["a"], ...more });
    const [trials, retries] = [seen.trials, seen.retries].map((all) =>
      all?.map(({ number, passed }) => `${number} ${passed}`),
    );
    return [trials, retries, seen.deterministic];
  };
  expect(await tries(1)).toEqual([["1 true"], undefined, true]);
  expect(await tries(2)).toEqual([["1 false"], ["2 true"], false]);
  expect(await tries(9)).toEqual([["1 false"], ["2 false", "3 false", "4 false", "5 false"], true]);
  expect(await tries(2, { deterministic: true })).toEqual([["1 false"], ["2 true"], false]);
  expect(await tries(2, { deterministic: false })).toEqual([["1 false"], undefined, false]);
  expect(await tries(2, { repeat: 3 })).toEqual([["1 false", "2 true", "3 true"], undefined, false]);
  expect(await tries(4, { repeat: 3 })).toEqual([["1 false", "2 false", "3 false"], ["4 true"], false]);
  const slow = async (_: unknown, { signal }: { signal?: AbortSignal }) => setTimeout(60_000, 0, { signal: signal! });
  const inTime = { passing: ["a"], timeoutMs: 20 };
  expect((await run({ task: slow }, { id: "a", input: 1 }, inTime)).retries).toBeUndefined();
  const { task, scorers } = passFrom(9);
  expect((await run({ task }, { id: "new", input: 1 }, { scorers, passing: ["a"] })).retries).toBeUndefined();
});

test("a case that is tried again draws the numbers of its first try", async () => {
  const scorers = [
    function never() {
      return false;
    },
  ];
  const seen = await run({ task: () => Math.random() }, { id: "a", input: 1 }, { scorers, passing: ["a"] });
  const tries = [...seen.trials, ...seen.retries!];
  expect(new Set(tries.map(({ observation }) => observation.output)).size).toBe(1);
  expect(tries).toHaveLength(5);
});

test("where calls may leave this machine, a function's trials prove nothing", async () => {
  expect((await run({ task: () => 1 }, { input: 1 })).deterministic).toBe(true);
  vi.stubEnv("TROUPE_FORBID_MODEL_CALLS", "");
  expect((await run({ task: () => 1 }, { input: 1 })).deterministic).toBe(false);
  expect((await run({ graph: echo }, { input: "?" })).deterministic).toBe(true);
  vi.unstubAllEnvs();
});

test("what a subject throws fails its trial, unless the case expects it", async () => {
  const task = () => {
    throw new RangeError("too far");
  };
  const { trial, seen } = await run({ task }, { input: 1 });
  expect([trial.passed, seen.error?.name, seen.error?.message]).toEqual([false, "RangeError", "too far"]);
  for (const [error, passed] of [
    ["too far", true],
    ["RangeError", true],
    [true, true],
    ["too near", false],
  ] as const) {
    expect((await run({ task }, { input: 1, expected: { error } })).trial.passed).toBe(passed);
  }
  const miss = () => {
    throw new TroupeError("cassette_missed", "It was recorded with: The shop is down.", { hint: "Record it again." });
  };
  for (const [error, passed] of [
    ["The shop is down", false],
    [true, false],
    ["cassette_missed", true],
  ] as const) {
    expect((await run({ task: miss }, { input: 1, expected: { error } })).trial.passed).toBe(passed);
  }
  expect((await run({ task: () => 1 }, { input: 1, expected: { error: true } })).trial.passed).toBe(false);
});

test("a provider's model that fails while models are forbidden is told how to go on", async () => {
  class Keyless extends ProviderModel {
    override async _generate(): Promise<never> {
      throw new Error("Missing credentials.");
    }
  }
  const { seen } = await run({ prompt: (input: string) => input, model: new Keyless({}) }, { input: "?" });
  expect(seen.error).toMatchObject({
    message: "Missing credentials.",
    hint: expect.stringContaining("--live") as string,
  });
});

test("a scorer that throws, or answers no score, fails its trial and leaves the others be", async () => {
  const scorers = [
    function broken(): number {
      throw new Error("no such field");
    },
    function far() {
      return 7;
    },
    function fine() {
      return true;
    },
    function silent() {
      return null;
    },
  ];
  const { trial } = await run({ task: () => 1 }, { input: 1 }, { scorers });
  expect(trial.passed).toBe(false);
  expect(trial.scores).toEqual({
    broken: { score: null, passed: false, error: "Error: no such field" },
    far: {
      score: null,
      passed: false,
      error: "TypeError: it answered 7, and a score is from 0 to 1, or null where there is nothing to say",
    },
    fine: { score: 1, passed: true },
    silent: { score: null, passed: null },
  });
});

test.each([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["'good'", "good"],
  ["{ score: '0.5' }", { score: "0.5" }],
  ["{ comment: 'fine' }", { comment: "fine" }],
])("a scorer in JavaScript that answers %s is told what a score is", async (said, answer) => {
  const scorers = [
    { name: "odd", kind: "rule" as const, score: () => answer as never },
    function own() {
      return answer as never;
    },
  ];
  const { trial } = await run({ task: () => 1 }, { input: 1 }, { scorers });
  expect(trial.passed).toBe(false);
  const error = `TypeError: it answered ${said}, and a score is from 0 to 1, or null where there is nothing to say`;
  expect(trial.scores).toEqual({
    odd: { score: null, passed: false, error },
    own: { score: null, passed: false, error },
  });
});

test("a subject that does not end is given up, and told to stop", async () => {
  let told: unknown;
  const task = async (_: unknown, { signal }: { signal: AbortSignal }) => {
    signal.addEventListener("abort", () => (told = signal.reason));
    await setTimeout(60_000, undefined, { ref: false });
  };
  const { seen } = await run({ task }, { input: 1 }, { timeoutMs: 20 });
  expect(seen.error).toMatchObject({
    name: "TimeoutError",
    message: expect.stringContaining("within 20 ms") as string,
  });
  expect(told).toMatchObject({ name: "TimeoutError" });
});

test("a run that is stopped keeps no half trial", async () => {
  const stop = new AbortController();
  const task = async () => {
    stop.abort(new Error("stopped"));
    await setTimeout(60_000, undefined, { ref: false });
  };
  await expect(run({ task }, { input: 1 }, { signal: stop.signal })).rejects.toThrow("stopped");
});

test("a judge's opinion may differ, and an error in a live run may have come before the model", async () => {
  const judge = { name: "judge", kind: "judge", score: () => ({ score: 1 }) } as const;
  expect((await run({ graph: echo }, { input: "hi" }, { repeat: 3, scorers: [judge] })).trials).toHaveLength(3);
  const broken = new StateGraph(MessagesAnnotation)
    .addNode("say", () => {
      throw new Error("ECONNRESET");
    })
    .addEdge(START, "say");
  expect((await run({ graph: broken }, { input: "hi" }, { repeat: 3 })).trials).toHaveLength(1);
  vi.stubEnv("TROUPE_FORBID_MODEL_CALLS", "");
  expect((await run({ graph: broken }, { input: "hi" }, { repeat: 3 })).trials).toHaveLength(3);
  vi.unstubAllEnvs();
});

test("a subject that changes its input changes it for no other trial", async () => {
  const task = (input: { list: number[] }) => input.list.push(1);
  const { trials } = await run({ task }, { input: { list: [] } }, { repeat: 3 });
  expect(trials.map(({ observation }) => observation.output)).toEqual([1, 1, 1]);
});

test("Math.random tells the same numbers in each run, others in each repeat, and mixes no cases", async () => {
  const task = async () => {
    const first = Math.random();
    await setTimeout(1);
    return [first, Math.random()];
  };
  const outputs = async (seed: number) =>
    (await run({ task }, { input: 1, seed }, { repeat: 2 })).trials.map(({ observation }) => observation.output);
  const [one, again, other] = await Promise.all([outputs(1), outputs(1), outputs(2)]);
  expect(again).toEqual(one);
  expect(new Set([...one, ...other].flat()).size).toBe(8);
});

test("the cost needs a price for every model that was called", async () => {
  const subject = { prompt: (input: string) => input, model: new ProviderModel({}) };
  const priced = await run(subject, { input: "?" }, { prices: { "gpt-9": { input: 2, output: 8 } } });
  expect(priced.seen.usage).toMatchObject({ cost: 6, live_calls: 1 });
  expect((await run(subject, { input: "?" })).seen.usage.cost).toBeNull();
});

test("a node takes its state with messages as JSON, and its calls are seen", async () => {
  const node = async ({ messages }: { messages: BaseMessage[] }) => ({
    messages: [await new ScriptedChatModel([`You said ${messages[0]!.text}.`]).invoke(messages)],
  });
  const { seen } = await run({ node }, { input: { messages: [{ role: "user", content: "hi" }] } });
  expect([seen.text, seen.usage.model_calls]).toEqual(["You said hi.", 1]);
});

test("a tool and a retriever show their call and their documents", async () => {
  const called = await run({ tool: lookUp }, { input: { order: "7" } });
  expect(called.seen).toMatchObject({
    output: "Order 7 was paid.",
    toolCalls: [{ name: "look_up", args: { order: "7" } }],
  });
  const search = async (query: string) => [new Document({ pageContent: query, metadata: { source: "a.md" }, id: "1" })];
  for (const retriever of [{ search }, createRetriever({ search: search as never })]) {
    expect((await run({ retriever }, { input: "q" })).seen.documents).toEqual([{ id: "1", text: "q", source: "a.md" }]);
  }
});

test("a prompt program is answered by its model, by its schema where it has one", async () => {
  const schema = z.object({ colour: z.string() });
  const prompt = (input: string) => ({ messages: [["user", input]], schema });
  const model = new ScriptedChatModel([{ structured: { colour: "red" } }]);
  expect((await run({ prompt, model }, { input: "Which?" })).seen.output).toEqual({ colour: "red" });
});

test("`observe` reads what the output holds under other names", async () => {
  const observe = ({ reply }: { reply: string }) => ({ text: reply });
  expect((await run({ task: () => ({ reply: "hi" }) }, { input: 1 }, { observe })).seen.text).toBe("hi");
  const broken = () => {
    throw new Error("no reply");
  };
  expect((await run({ task: () => 1 }, { input: 1 }, { observe: broken })).seen.error?.message).toBe("no reply");
});

test("a suite has one subject, a graph that is there, and cases that fit", async () => {
  await expect(run({}, { input: 1 })).rejects.toMatchObject({
    code: "suite_invalid",
    message: "The suite has no subject.",
  });
  await expect(run({ task: () => 1, graph: echo }, { input: 1 })).rejects.toThrow("The suite has graph and task.");
  await expect(run({ graph: "nope" }, { input: 1 })).rejects.toMatchObject({ hint: 'It names "orchestrator".' });
  await expect(run({ task: () => 1 }, { turns: ["a"] })).rejects.toThrow("a task keeps no thread");
  await expect(run({ tool: {} as never }, { input: 1 })).rejects.toThrow('has no "invoke"');
  expect(() => readScorers([() => 1])).toThrow("Scorer 1 of the suite has no name.");
  expect(() =>
    readScorers([
      function same() {
        return 1;
      },
      { name: "same", kind: "rule", score: () => ({ score: 1 }) },
    ]),
  ).toThrow('named "same"');
});
