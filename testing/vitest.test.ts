import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { Command, interrupt, MemorySaver, MessagesAnnotation, Send, START, StateGraph } from "@langchain/langgraph";
import { describe, expect, test } from "vitest";
import { startTestServer } from "./start-test-server.ts";

/** What an assertion that fails says. */
function failureOf(assert: () => void): string {
  try {
    assert();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("The assertion held.");
}

const args = { query: "tides", limit: 3 };
const called = [new HumanMessage("?"), new AIMessage({ content: "", tool_calls: [{ name: "search", args, id: "1" }] })];
const wire = [{ type: "ai", content: "", tool_calls: [{ name: "search", args, id: "1", type: "tool_call" }] }];

describe("toCallTool", () => {
  test("reads a state, messages, one message, what the SDK answers, and an observation", () => {
    for (const outcome of [
      { messages: called },
      called,
      called[1],
      { messages: wire },
      { values: { messages: wire }, next: [] },
      { messages: [], toolCalls: [{ name: "search", args }] },
    ]) {
      expect(outcome).toCallTool("search");
      expect(outcome).toCallTool("search", { query: "tides", limit: 3 });
      expect(outcome).toCallTool("search", expect.objectContaining({ query: expect.stringMatching(/^ti/) }));
      expect(outcome).not.toCallTool("search", { query: "tides" });
      expect(outcome).not.toCallTool("buy");
    }
  });

  test("says what was called instead", () => {
    expect(failureOf(() => expect(called).toCallTool("search", { query: "ebb" }))).toBe(
      'Expected a call of the tool "search" with {"query": "ebb"}. Called:\n  search({"limit": 3, "query": "tides"})',
    );
    expect(failureOf(() => expect([]).toCallTool("search"))).toContain("Called: nothing.");
    expect(failureOf(() => expect(undefined).toCallTool("search"))).toContain("has no messages");
    expect(failureOf(() => expect({ count: 1 }).not.toCallTool("search"))).toContain("has no messages");
    expect(failureOf(() => expect(called).not.toCallTool("search"))).toContain("not to be there");
  });
});

describe("toRoute", () => {
  test("reads the route of a state, a command, sends, and the answer of a routing function", () => {
    expect({ route: { workers: ["researcher", "analyst"] } }).toRoute("analyst", "researcher");
    expect({ route: { workers: ["researcher", "analyst"] }, nodes: ["guard"] }).not.toRoute("analyst");
    expect(new Command({ goto: [new Send("researcher", {}), new Send("analyst", {})] })).toRoute(
      "researcher",
      "analyst",
    );
    expect(new Command({ goto: "respond" })).toRoute("respond");
    expect([new Send("researcher", {}), "respond"]).toRoute("researcher", "respond");
    expect("respond").toRoute("respond");
    expect("respond").not.toRoute("researcher");
  });

  test("takes nodes that ran where no route is told", () => {
    expect({ nodes: ["guard", "respond"] }).toRoute("respond");
    expect({ nodes: ["guard", "respond"] }).not.toRoute("respond", "researcher");
  });

  test("says where it went instead", () => {
    const failed = failureOf(() => expect({ route: { workers: ["analyst"] } }).toRoute("researcher"));
    expect(failed).toBe("Expected it to route to researcher. Went to:\n  analyst");
    expect(failureOf(() => expect({ messages: [] }).toRoute("a"))).toContain(
      "has no route, nodes or goto. Give it what",
    );
    expect(failureOf(() => expect({ nodes: ["guard"] }).toRoute("a"))).toContain("Ran:\n  guard");
    expect(failureOf(() => expect("a").not.toRoute("a"))).toContain("not to route to a");
  });
});

describe("toCite", () => {
  const state = { citations: [{ number: 1, source: "docs/tides.md", text: "…", line_start: 10, line_end: 20 }] };

  test("takes the end of a path, and lines within the passage", () => {
    expect(state).toCite("docs/tides.md");
    expect(state).toCite("tides.md", { lines: 10 });
    expect(state).toCite("tides.md", { lines: [12, 20] });
    expect(state).not.toCite("ides.md");
    expect(state).not.toCite("tides.md", { lines: 9 });
    expect(state).not.toCite("tides.md", { lines: [19, 21] });
    expect({ citations: [] }).not.toCite("tides.md");
  });

  test("says what was cited instead", () => {
    expect(failureOf(() => expect(state).toCite("tides.md", { lines: [1, 2] }))).toBe(
      "Expected tides.md:1-2 to be cited. Cited:\n  docs/tides.md:10-20",
    );
    expect(failureOf(() => expect({}).toCite("tides.md"))).toContain("has no citations");
    expect(failureOf(() => expect({}).not.toCite("tides.md"))).toContain("has no citations");
    expect(failureOf(() => expect(state).not.toCite("tides.md"))).toContain("not to be cited");
  });
});

describe("toInterruptWith", () => {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("ask", () => {
      interrupt({ question: "Send it?", amount: 49 });
      return {};
    })
    .addEdge(START, "ask")
    .compile({ checkpointer: new MemorySaver() });

  test("reads what invoke and getState answer, and an observation", async () => {
    const config = { configurable: { thread_id: "1" } };
    const asked = await graph.invoke({ messages: [] }, config);
    const value = { question: "Send it?", amount: 49 };
    for (const outcome of [asked, await graph.getState(config), { interrupts: [value] }]) {
      expect(outcome).toInterruptWith();
      expect(outcome).toInterruptWith(value);
      expect(outcome).toInterruptWith(expect.objectContaining({ amount: 49 }));
      expect(outcome).not.toInterruptWith({ question: "Send it?" });
    }
    expect({ messages: [] }).not.toInterruptWith();
    for (const nothing of [undefined, "yes", 1])
      expect(failureOf(() => expect(nothing).not.toInterruptWith())).toContain("has no state");
    const promise = graph.invoke({ messages: [] }, config);
    expect(failureOf(() => expect(promise).not.toInterruptWith())).toContain("is a promise: await it");
    expect(failureOf(() => expect(promise).not.toCallTool("send"))).toContain("is a promise: await it");
    await promise;
  });

  test("reads what the SDK answers: values, a thread and its state", async () => {
    await using server = await startTestServer({ graphs: { graph } });
    const { threads, runs } = server.client;
    const { thread_id } = await threads.create();
    const values = await runs.wait(thread_id, "graph", { input: { messages: [] } });
    for (const outcome of [values, await threads.get(thread_id), await threads.getState(thread_id)]) {
      expect(outcome).toInterruptWith({ question: "Send it?", amount: 49 });
      expect(outcome).not.toInterruptWith("Send it?");
    }
  });

  test("says what it interrupted with instead", async () => {
    expect(failureOf(() => expect({ interrupts: ["May I?"] }).toInterruptWith("Now?"))).toBe(
      'Expected an interrupt with "Now?". Interrupted with:\n  "May I?"',
    );
    expect(failureOf(() => expect({}).toInterruptWith())).toBe("Expected an interrupt. Interrupted with: nothing.");
    expect(failureOf(() => expect({ interrupts: [1] }).not.toInterruptWith())).toContain("Expected no interrupt");
  });
});

test("matchers wait for promises as vitest's own do", async () => {
  await expect(Promise.resolve(called)).resolves.toCallTool("search");
});
