import { AIMessage, AIMessageChunk, HumanMessage } from "@langchain/core/messages";
import { expect, test } from "vitest";
import { TroupeError } from "../errors.ts";
import { toWireError, toWireJson } from "./wire-json.ts";

test("messages are flat dictionaries wherever they are", () => {
  const call = { id: "1", name: "add", args: { a: 1 }, type: "tool_call" as const };
  const value = {
    messages: [new HumanMessage({ id: "h", content: "hi" })],
    deep: { last: new AIMessage({ id: "a", content: "", tool_calls: [call] }) },
    tuple: [new AIMessageChunk({ id: "c", content: "he" }), { langgraph_node: "a" }],
  };
  expect(JSON.parse(toWireJson(value))).toMatchObject({
    messages: [{ type: "human", id: "h", content: "hi" }],
    deep: { last: { type: "ai", id: "a", tool_calls: [call] } },
    tuple: [{ id: "c", content: "he" }, { langgraph_node: "a" }],
  });
});

test("what JSON cannot hold does not break it", () => {
  expect(toWireJson(undefined)).toBe("null");
  expect(toWireJson({ big: 12345678901234567890n })).toBe('{"big":"12345678901234567890"}');
});

test("an error keeps its name and message, one for people its code and hint", () => {
  expect(toWireError(new RangeError("too far"))).toEqual({ error: "RangeError", message: "too far" });
  expect(toWireError("odd")).toEqual({ error: "Error", message: "odd" });
  const error = new TroupeError("model_key_missing", "There is no key.", { hint: "Set one." });
  expect(toWireError(error)).toEqual({ error: "model_key_missing", message: "There is no key.", hint: "Set one." });
});

test("what cannot be shown is an error all the same", () => {
  const cycle: Record<string, unknown> = {};
  cycle.itself = cycle;
  const unreadable = {
    get value(): never {
      throw new Error("no");
    },
  };
  const nameless = Object.defineProperty(new Error("odd"), "name", { get: () => expect.fail("read") });
  for (const thrown of [cycle, unreadable, Object.assign(new Error("x"), { message: cycle }), nameless]) {
    expect(toWireError(thrown)).toEqual({ error: "Error", message: expect.stringContaining("cannot be shown") });
  }
  expect(toWireError(Object.assign(new Error("x"), { message: { a: 1 } })).message).toBe('{"a":1}');
});
