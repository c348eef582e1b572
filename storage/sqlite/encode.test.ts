import { Serializable } from "@langchain/core/load/serializable";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Send } from "@langchain/langgraph";
import { DeltaSnapshot, JsonPlusSerializer } from "@langchain/langgraph-checkpoint";
import { describe, expect, test } from "vitest";
import { decode, decodeElements, encode, encodeElement } from "./encode.ts";

const message = () =>
  new AIMessage({
    content: [{ type: "text", text: "line\nline" }],
    id: "1",
    tool_calls: [{ id: "c", name: "add", args: { a: 1, deep: { lc: 1, type: "constructor", id: ["x"] } } }],
    response_metadata: { at: "now" },
    usage_metadata: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
  });

const values: Record<string, unknown> = {
  "plain values": { a: [1, "x", null, true, { b: -0.5 }], c: {}, "lc:": '"lc":1' },
  "a map, a set, a pattern and an error": [new Map([["a", new Set([1])]]), /x+/gi, new Error("no")],
  "bytes in an object": { bytes: new Uint8Array([0, 128, 255]) },
  bytes: new Uint8Array([1, 2, 3]),
  "an undefined element": [undefined, { a: [undefined] }],
  undefined: undefined,
  messages: [message(), new HumanMessage("hi"), new ToolMessage({ content: "3", tool_call_id: "c", status: "error" })],
  "a message in an object with a map": { message: message(), map: new Map([["m", message()]]) },
  "a delta snapshot": new DeltaSnapshot([message()]),
  "a send": new Send("node", { message: message() }),
  "a date": new Date(0),
};

describe("what LangGraph's serializer can carry comes back as from it", () => {
  test.each(Object.entries(values))("%s", async (_, value) => {
    const official = new JsonPlusSerializer();
    const [type, data] = await official.dumpsTyped(value);
    expect(await decode(encode(value))).toEqual(await official.loadsTyped(type, data));
  });
});

describe("plain data that looks like a serialized object comes back as it was", () => {
  const looks: Record<string, unknown> = {
    "of a class that is not known": { lc: 1, type: "constructor", id: ["langchain", "nope", "Nope"], kwargs: {} },
    "of a class that is known": {
      lc: 1,
      type: "constructor",
      id: ["langchain_core", "messages", "AIMessage"],
      kwargs: { content: "x" },
    },
    "of a secret": { lc: 1, type: "secret", id: ["HOME"] },
    "of a class that is not serializable": { lc: 1, type: "not_implemented", id: ["a"] },
    "of a set": { lc: 2, type: "constructor", id: ["Set"], args: [[1]] },
    "of undefined": { lc: 2, type: "undefined" },
    "of an escape": { __lc_escaped__: { lc: 1 } },
    "of an escape of nothing": { __lc_escaped__: 5 },
    "of nothing known": { lc: 3, a: [1] },
  };
  test.each(Object.entries(looks))("%s", async (_, look) => {
    const held = { look, list: [{ deep: look }], message: message() };
    const stored = [look, held, { map: new Map([["a", look]]), ...held }, new DeltaSnapshot([look])];
    for (const value of stored) expect(await decode(encode(value))).toEqual(value);
    expect(await decodeElements(stored.map(encodeElement))).toEqual(stored);
    expect(await decode(encode(new Send("node", { look })))).toEqual({ node: "node", args: { look } });
    const extra = new HumanMessage({ content: "x", additional_kwargs: { look } });
    for (const value of [[extra], { extra, map: new Map() }]) expect(await decode(encode(value))).toEqual(value);
  });
});

test("an object of a class that LangChain does not know is read as plain data, with what is beside it", async () => {
  class Own extends Serializable {
    override lc_serializable = true;
    override lc_namespace = ["own"];
  }
  const read = (await decode(encode([new Own({ a: 1 }), new HumanMessage("hi")]))) as unknown[];
  expect(read[0]).toMatchObject({ lc: 1, id: ["own", "Own"], kwargs: { a: 1 } });
  expect(read[1]).toEqual(new HumanMessage("hi"));
});

test("a string that begins as the mark of what cannot be stored is a string", async () => {
  const text = "[unable to serialize it";
  expect(decode(encode(text))).toBe(text);
  expect(encodeElement(text)).toBe(JSON.stringify(text));
});

describe("what is nested too deeply to be read is refused, and all else is read", () => {
  const nest = (levels: number) =>
    JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`) as Record<string, unknown>;
  const shapes: [string, (levels: number) => unknown][] = [
    ["plain", nest],
    ["beside a message", (levels) => ({ message: message(), deep: nest(levels) })],
    ["in a message", (levels) => new HumanMessage({ content: "x", additional_kwargs: nest(levels) })],
  ];
  test.each(shapes)("%s", async (_, create) => {
    expect(await decodeElements([encodeElement(create(990))])).toEqual([create(990)]);
    for (const levels of [1_001, 5_000]) {
      expect(() => encode(create(levels))).toThrow(expect.objectContaining({ code: "invalid_request" }));
    }
  });
});

test("a bigint or a function is refused, not stored as something else", () => {
  const refused = expect.objectContaining({ code: "storage_failed" });
  expect(() => encode({ deep: [1n] })).toThrow(refused);
  expect(() => encode(() => 1)).toThrow(refused);
  expect(() => encodeElement(1n)).toThrow(refused);
});

test("a cycle is cut as LangGraph's serializer cuts it", () => {
  const value: Record<string, unknown> = { a: 1 };
  value["self"] = value;
  expect(decode(encode(value))).toEqual({ a: 1, self: "[Circular]" });
});

describe("an element that was changed in place is written anew", () => {
  const changes: [string, () => object, (element: never) => void][] = [
    ["a field", () => ({ a: 1 }), (element: { a: number }) => (element.a = 2)],
    ["a new field", () => ({ a: 1 }), (element: { b?: number }) => (element.b = 2)],
    ["a deeper list", () => ({ a: [[1]] }), (element: { a: number[][] }) => element.a[0]!.push(2)],
    ["a message's content", message, (element: AIMessage) => (element.content = "other")],
    [
      "a message's id, as a reducer gives it",
      () => new HumanMessage("hi"),
      (element: HumanMessage) => (element.lc_kwargs["id"] = element.id = "2"),
    ],
    ["a tool call's argument", message, (element: AIMessage) => (element.tool_calls![0]!.args["a"] = 2)],
    ["a map", () => ({ map: new Map() }), (element: { map: Map<string, number> }) => element.map.set("a", 1)],
  ];
  test.each(changes)("%s", (_, create, change) => {
    const element = create();
    const before = encodeElement(element);
    expect(encodeElement(element)).toBe(before);
    change(element as never);
    expect(encodeElement(element)).not.toBe(before);
    expect(encodeElement(element)).toBe(encode(element));
  });
});

test("elements that were read are not written anew, but noticed when they change", async () => {
  // Not as JSON.stringify would write it: only what was remembered can come back.
  const json = '{ "a": 1 }';
  const [element] = (await decodeElements([json])) as [{ a: number }];
  expect(encodeElement(element)).toBe(json);
  element.a = 2;
  expect(encodeElement(element)).toBe('{"a":2}');
});
