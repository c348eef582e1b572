import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { describe, expect, test } from "vitest";
import { type Chunk, createFrames, graphStreamModes } from "./to-frames.ts";

const root = (mode: Chunk[1], data: unknown): Chunk => [[], mode, data];

test("values are always streamed by the graph, whatever the client asked for", () => {
  expect(graphStreamModes(["updates", "messages-tuple", "events"])).toEqual(["values", "updates", "messages"]);
});

describe("createFrames", () => {
  test("gives only what was asked for", () => {
    const toFrames = createFrames(["updates"], false);
    expect(toFrames(root("values", { n: 1 }))).toEqual([]);
    expect(toFrames(root("updates", { a: { n: 1 } }))).toEqual([{ event: "updates", data: { a: { n: 1 } } }]);
  });

  test("names a subgraph's namespace when subgraphs are streamed, and leaves it out when not", () => {
    const chunk: Chunk = [["outer:1", "inner:2"], "updates", { a: {} }];
    expect(createFrames(["updates"], true)(chunk)).toEqual([{ event: "updates|outer:1|inner:2", data: { a: {} } }]);
    expect(createFrames(["updates"], false)(chunk)).toEqual([]);
  });

  test("names the checkpoint of each values where subgraphs are streamed", () => {
    const named = { id: "c", step: 1, source: "loop" };
    const [atRoot, inside] = [root("checkpoints", named), [["sub:1"], "checkpoints", named] as Chunk];
    const toFrames = createFrames(["values"], true);
    expect([atRoot, inside].flatMap(toFrames)).toEqual([
      { event: "checkpoints", data: named },
      { event: "checkpoints|sub:1", data: named },
    ]);
    expect([atRoot, inside].flatMap(createFrames(["values"], false))).toEqual([]);
    expect([atRoot, inside].flatMap(createFrames(["updates"], true))).toEqual([]);
  });

  test("messages-tuple is called messages on the wire", () => {
    const tuple = [new AIMessageChunk({ id: "1", content: "Hi" }), { langgraph_node: "a" }];
    expect(createFrames(["messages-tuple"], false)(root("messages", tuple))).toEqual([
      { event: "messages", data: tuple },
    ]);
  });

  test("a message grows in partial frames and is given once when it is complete", () => {
    const toFrames = createFrames(["messages"], false);
    const metadata = { langgraph_node: "a" };
    const events = [
      ...toFrames(root("messages", [new AIMessageChunk({ id: "1", content: "Good " }), metadata])),
      ...toFrames(root("messages", [new AIMessageChunk({ id: "1", content: "day" }), metadata])),
      ...toFrames(root("values", { messages: [new AIMessage({ id: "1", content: "Good day" })] })),
      ...toFrames(root("values", { messages: [new AIMessage({ id: "1", content: "Good day" })] })),
    ];
    expect(events.map(({ event }) => event)).toEqual([
      "messages/metadata",
      "messages/partial",
      "messages/partial",
      "messages/complete",
    ]);
    expect(events[0]!.data).toEqual({ "1": { metadata } });
    expect((events[2]!.data as AIMessageChunk[])[0]!.content).toBe("Good day");
  });

  test("a checkpoint in debug names checkpoints and hides what LangGraph keeps in the config", () => {
    const config = {
      callbacks: [],
      configurable: { thread_id: "t", checkpoint_id: "c", checkpoint_ns: "", __pregel_checkpointer: {} },
    };
    const task = { id: "1", name: "a", state: { configurable: { thread_id: "t", checkpoint_ns: "a:1" } } };
    const payload = { config, parentConfig: undefined, values: {}, metadata: {}, next: ["a"], tasks: [task] };
    const [frame] = createFrames(["debug"], false)(root("debug", { type: "checkpoint", step: 0, payload }));
    expect(frame!.data).toEqual({
      type: "checkpoint",
      step: 0,
      payload: {
        values: {},
        metadata: {},
        next: ["a"],
        config: { configurable: { thread_id: "t", checkpoint_id: "c", checkpoint_ns: "" } },
        parent_config: undefined,
        checkpoint: { thread_id: "t", checkpoint_id: "c", checkpoint_ns: "", checkpoint_map: null },
        parent_checkpoint: null,
        tasks: [
          {
            id: "1",
            name: "a",
            checkpoint: { thread_id: "t", checkpoint_id: null, checkpoint_ns: "a:1", checkpoint_map: null },
          },
        ],
      },
    });
  });
});
