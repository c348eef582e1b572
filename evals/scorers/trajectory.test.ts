import { createTrajectoryMatchEvaluator } from "agentevals";
import { array, assert, asyncProperty, constantFrom, record } from "fast-check";
import { expect, test } from "vitest";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { trajectory } from "./index.ts";

const calls = [
  { name: "find", args: { id: 1, verbose: true } },
  { name: "pay", args: { amount: 5 } },
];

test.each([
  [{}, ["find", "pay"], 1],
  [{}, ["pay", "find"], 0],
  [{}, ["find"], 0],
  [{}, [], 0],
  [{}, [{ name: "find", args: { id: 1 } }, "pay"], 1],
  [{}, [{ name: "find", args: { id: 2 } }, "pay"], 0],
  [{ mode: "unordered" }, ["pay", { name: "find", args: { id: 1 } }], 1],
  [{ mode: "unordered" }, ["pay"], 0],
  [{ mode: "unordered" }, ["pay", "find", "find"], 0],
  [{ mode: "superset" }, [{ name: "pay", args: { amount: 5 } }], 1],
  [{ mode: "superset" }, [{ name: "pay", args: { amount: 6 } }], 0],
  [{ mode: "superset" }, ["pay", "refund"], 0],
  [{ mode: "subset" }, ["pay", { name: "find", args: { id: 1 } }, "refund"], 1],
  [{ mode: "subset" }, ["pay", { name: "find", args: { id: 2 } }, "refund"], 0],
  [{ mode: "subset" }, ["pay"], 0],
  [{ args: "exact" }, [{ name: "find", args: { id: 1, verbose: true } }, "pay"], 1],
  [{ args: "exact" }, [{ name: "find", args: { id: 1 } }, "pay"], 0],
  [{ args: "subset" }, [{ name: "find", args: { id: 1, verbose: true, page: 2 } }, "pay"], 1],
  [{ args: "subset" }, [{ name: "find", args: { id: 1 } }, "pay"], 0],
  [{ args: "ignore" }, [{ name: "find", args: { id: 9 } }, "pay"], 1],
  [{ overrides: { find: ["verbose"] } }, [{ name: "find", args: { id: 9, verbose: true } }, "pay"], 1],
  [{ overrides: { find: "exact" } }, [{ name: "find", args: { id: 1 } }, "pay"], 0],
] as [Parameters<typeof trajectory>[0], unknown[], number][])(
  "%o against %o scores %i",
  async (options, tools, score) => {
    expect(await scoreText(trajectory(options), { tools }, { toolCalls: calls })).toMatchObject({ score });
  },
);

test.each(['Tool "find" not found.\n Please fix your mistakes.', "find is not a valid tool, try one of [pay]."])(
  "a call of a tool that is not there is a call of nothing that was expected: %s",
  async (message) => {
    const unknown = { name: "find", args: {}, error: `Error: ${message}` };
    const score = async (tools: string[], mode: "strict" | "superset" | "subset" | "unordered") =>
      scoreText(trajectory({ mode }), { tools }, { toolCalls: [unknown] });
    for (const mode of ["strict", "superset", "subset", "unordered"] as const)
      expect(await score(["find"], mode)).toMatchObject({
        score: 0,
        comment: expect.stringContaining("there is no tool find"),
      });
    expect(await score([], "strict")).toMatchObject({ score: 0 });
    const failed = { ...unknown, error: "Error: no network" };
    expect(await scoreText(trajectory, { tools: ["find"] }, { toolCalls: [failed] })).toMatchObject({ score: 1 });
  },
);

test("no call where none is expected is right, and told otherwise by name", async () => {
  expect(await scoreText(trajectory, { tools: [] })).toEqual({ score: 1 });
  const { comment } = await scoreText(trajectory, { tools: [] }, { toolCalls: calls.slice(1) });
  expect(comment).toBe('expected none (strict), called pay({"amount":5})');
  expect(await scoreText(trajectory, {}, { toolCalls: calls })).toEqual({ score: null });
});

test("a recorded conversation stands for the calls in it, in LangChain's form and in OpenAI's", async () => {
  const ours = [
    { type: "human", content: "Pay it." },
    { type: "ai", content: "", tool_calls: [{ id: "1", ...calls[0]! }] },
    { type: "ai", content: "Now paying.", tool_calls: [{ id: "2", ...calls[1]! }] },
  ];
  const theirs = ours.slice(1).map(({ content, tool_calls: [call] = [] }) => ({
    role: "assistant",
    content,
    tool_calls: [{ id: "1", type: "function", function: { name: call!.name, arguments: JSON.stringify(call!.args) } }],
  }));
  for (const messages of [ours, theirs]) {
    expect(await scoreText(trajectory, { messages }, { toolCalls: calls })).toEqual({ score: 1 });
    expect(await scoreText(trajectory, { messages }, { toolCalls: calls.toReversed() })).toMatchObject({ score: 0 });
  }
});

test("a bare name loosens no other call of its tool, and a tool may have any name", async () => {
  const tools = ["find", { name: "find", args: { id: 1 } }];
  const toolCalls = [2, 3].map((id) => ({ name: "find", args: { id } }));
  expect((await scoreText(trajectory({ mode: "unordered" }), { tools }, { toolCalls })).score).toBe(0);
  const odd = [{ name: "constructor", args: { id: 1 } }];
  const others = [{ name: "constructor", args: { id: 2 } }];
  expect((await scoreText(trajectory({ overrides: {} }), { tools: odd }, { toolCalls: others })).score).toBe(0);
});

test("an override is given what came and what was expected in this order, in each mode", async () => {
  const atLeast = (came: { n?: number }, wanted: { n?: number }) => (came.n ?? 0) >= (wanted.n ?? 0);
  const overrides = { buy: atLeast as never };
  for (const mode of ["strict", "unordered", "subset", "superset"] as const) {
    const scorer = trajectory({ mode, overrides });
    const tools = [{ name: "buy", args: { n: 2 } }];
    expect((await scoreText(scorer, { tools }, { toolCalls: [{ name: "buy", args: { n: 3 } }] })).score).toBe(1);
    expect((await scoreText(scorer, { tools }, { toolCalls: [{ name: "buy", args: { n: 1 } }] })).score).toBe(0);
  }
});

test("each call goes with the expectation that leaves one for the others", async () => {
  const tools = [
    { name: "find", args: {} },
    { name: "find", args: { id: 1 } },
  ];
  const toolCalls = [
    { name: "find", args: { id: 1 } },
    { name: "find", args: { id: 2 } },
  ];
  for (const mode of ["unordered", "superset", "subset"] as const) {
    expect((await scoreText(trajectory({ mode }), { tools }, { toolCalls })).score, mode).toBe(1);
  }
});

test("where arguments are compared exactly, agentevals says the same of every list of calls", async () => {
  const call = record({ name: constantFrom("a", "b"), args: record({ id: constantFrom(1, 2) }) });
  const list = array(call, { maxLength: 4 });
  const mode = constantFrom("strict", "unordered", "subset", "superset");
  const toMessages = (some: { name: string; args: object }[]) =>
    some.map(({ name, args }) => ({
      role: "assistant" as const,
      content: "",
      tool_calls: [{ id: "1", type: "function", function: { name, arguments: JSON.stringify(args) } }],
    }));
  await assert(
    asyncProperty(list, list, mode, async (toolCalls, tools, trajectoryMatchMode) => {
      const scorer = trajectory({ mode: trajectoryMatchMode, args: "exact" });
      const { score } = await scoreText(scorer, { tools }, { toolCalls });
      const evaluate = createTrajectoryMatchEvaluator({ trajectoryMatchMode, toolArgsMatchMode: "exact" });
      const theirs = await evaluate({ outputs: toMessages(toolCalls), referenceOutputs: toMessages(tools) });
      expect(score === 1).toBe(theirs.score);
    }),
    { numRuns: 300 },
  );
});
