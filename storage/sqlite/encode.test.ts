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
