import { MessagesValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { useStream } from "@langchain/langgraph-sdk/react";
import { createElement } from "react";
import { create } from "react-test-renderer";
import { expect, onTestFinished, test, vi } from "vitest";
import { ScriptedChatModel, type ScriptLine } from "../testing/index.ts";
import { approval, createGate } from "../tests/fixtures/graphs.ts";
import { startTestServer } from "../tests/fixtures/start-test-server.ts";

// Keeps react-test-renderer from writing that there are heavier ways to test what is on a page; there is no page here.
vi.stubGlobal("IS_REACT_NATIVE_TEST_ENVIRONMENT", true);

/** Calls a React hook in a component of its own, which goes with the test. */
function renderHook<Result>(hook: () => Result): { readonly current: Result; unmount(): void } {
  let current: Result;
  const renderer = create(
    createElement(() => {
      current = hook();
      return null;
    }),
  );
  onTestFinished(() => renderer.unmount());
  return {
    get current() {
      return current;
    },
    unmount: () => renderer.unmount(),
  };
}

function chatting(...script: ScriptLine[]) {
  const model = new ScriptedChatModel(script);
  return new StateGraph(new StateSchema({ messages: MessagesValue }))
    .addNode("answer", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addEdge(START, "answer");
}

interface Chat extends Record<string, unknown> {
  messages: { id?: string; type: string; content: string }[];
}

interface Log extends Record<string, unknown> {
  topic: string;
  log: string[];
}

const says = (content: string) => ({ messages: [{ type: "human", content }] });

test("useStream shows an answer as it is written, and goes on with the thread, as Agent Chat UI asks for it", async () => {
  const server = await startTestServer({ agent: chatting("The tide turns at noon.", "At six it turns again.") });
  const hook = renderHook(() =>
    useStream<Chat>({ apiUrl: server.url, assistantId: "agent", messagesKey: "messages", fetchStateHistory: true }),
  );
  await vi.waitFor(() => expect(hook.current).toBeDefined());
  const seen = new Set<string>();
  const asAgentChatUi = {
    streamMode: ["values" as const, "messages-tuple" as const],
    streamSubgraphs: true,
    streamResumable: true,
    onDisconnect: "continue" as const,
  };
  const submitted = hook.current.submit(says("When does the tide turn?"), asAgentChatUi);
  await vi.waitFor(
    () => {
      for (const { type, content } of hook.current.messages) if (type === "ai") seen.add(JSON.stringify(content));
      expect(seen).toContain('"The tide turns at noon."');
    },
    { interval: 1 },
  );
  await submitted;
  await vi.waitFor(() => expect(hook.current.isLoading).toBe(false));
  await hook.current.submit(says("And then?"), asAgentChatUi);
  await vi.waitFor(() =>
    expect(hook.current.messages.map(({ content }) => content)).toEqual([
      "When does the tide turn?",
      "The tide turns at noon.",
      "And then?",
      "At six it turns again.",
    ]),
  );
  expect(hook.current.error).toBeUndefined();
  const found = await server.client.threads.search({ metadata: { graph_id: "agent" }, limit: 100 });
  expect(found.map(({ values }) => (values as unknown as Chat).messages.length)).toEqual([4]);
});

test("useStream's stop interrupts the run, and the thread takes the next one", async () => {
  const gate = createGate();
  const server = await startTestServer({ gate: gate.graph });
  let thread_id = "";
  const hook = renderHook(() =>
    useStream<Log>({ apiUrl: server.url, assistantId: "gate", onThreadId: (id) => (thread_id = id) }),
  );
  await vi.waitFor(() => expect(hook.current).toBeDefined());
  void hook.current.submit({ topic: "tide" });
  await vi.waitFor(() => expect(hook.current.values.log).toEqual(["before"]));
  await gate.entered;
  await hook.current.stop();
  await vi.waitFor(async () => {
    const [run] = await server.client.runs.list(thread_id);
    expect(run).toMatchObject({ status: "interrupted" });
  });
  gate.open();
  await hook.current.submit({ topic: "ebb" });
  await vi.waitFor(() => expect(hook.current.values.log).toEqual(["before", "before", "waited"]));
  expect(await server.client.threads.get(thread_id)).toMatchObject({ status: "idle" });
});

test("useStream shows the interrupt of a run and resumes it", async () => {
  const server = await startTestServer({ approval });
  const hook = renderHook(() =>
    useStream<Log>({ apiUrl: server.url, assistantId: "approval", fetchStateHistory: true }),
  );
  await vi.waitFor(() => expect(hook.current).toBeDefined());
  await hook.current.submit({ topic: "tide" });
  await vi.waitFor(() => expect(hook.current.interrupt?.value).toBe("Publish tide?"));
  await hook.current.submit(undefined, { command: { resume: "yes" } });
  await vi.waitFor(() => expect(hook.current.values.log).toEqual(["answered yes", "published"]));
  await vi.waitFor(() => expect(hook.current.interrupt).toBeUndefined());
});

test("useStream edits a message of before, and goes from one branch to the other", async () => {
  const server = await startTestServer({ agent: chatting("First.", "Second.") });
  const hook = renderHook(() => useStream<Chat>({ apiUrl: server.url, assistantId: "agent", fetchStateHistory: true }));
  const texts = () => hook.current.messages.map(({ content }) => content);
  await vi.waitFor(() => expect(hook.current).toBeDefined());
  await hook.current.submit(says("one"));
  await vi.waitFor(() => expect(hook.current.history).toHaveLength(3));
  const asked = hook.current.getMessagesMetadata(hook.current.messages[0]!);
  await hook.current.submit(says("two"), { checkpoint: asked?.firstSeenState?.parent_checkpoint });
  await vi.waitFor(() => expect(texts()).toEqual(["two", "Second."]));
  const options = () => hook.current.getMessagesMetadata(hook.current.messages[0]!)?.branchOptions;
  await vi.waitFor(() => expect(options()).toHaveLength(2));
  hook.current.setBranch(options()![0]!);
  await vi.waitFor(() => expect(texts()).toEqual(["one", "First."]));
});

test("useStream finds the run again after the page was closed, and joins it where it stood", async () => {
  const gate = createGate();
  const server = await startTestServer({ gate: gate.graph });
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: `lg:stream:${string}`) => stored.get(key) ?? null,
    setItem: (key: `lg:stream:${string}`, value: string) => void stored.set(key, value),
    removeItem: (key: `lg:stream:${string}`) => void stored.delete(key),
  };
  // The hook remembers runs only where it finds a browser.
  vi.stubGlobal("window", {});
  onTestFinished(() => void Reflect.deleteProperty(globalThis, "window"));
  const updates: unknown[] = [];
  const { thread_id } = await server.client.threads.create();
  const options = {
    apiUrl: server.url,
    assistantId: "gate",
    threadId: thread_id,
    reconnectOnMount: () => storage,
    onUpdateEvent: (update: unknown) => void updates.push(update),
  };
  const first = renderHook(() => useStream<Log>(options));
  // The hook asks the server for those modes only whose results were read.
  await vi.waitFor(() => expect(first.current.values).toEqual({}));
  first.current.submit({ topic: "tide" }).catch(() => {});
  await gate.entered;
  await vi.waitFor(() => expect(first.current.values.log).toEqual(["before"]));
  first.unmount();

  const second = renderHook(() => useStream<Log>(options));
  await vi.waitFor(() => expect(second.current.values.log).toEqual(["before"]));
  gate.open();
  await vi.waitFor(() => expect(second.current.values.log).toEqual(["before", "waited"]));

  const [run] = await server.client.runs.list(thread_id);
  updates.length = 0;
  const third = renderHook(() => useStream<Log>(options));
  await vi.waitFor(() => expect(third.current).toBeDefined());
  // Of the events metadata, values, updates, values, updates, values.
  await third.current.joinStream(run!.run_id, "2");
  expect(updates).toEqual([{ wait: { log: ["waited"] } }]);
});
