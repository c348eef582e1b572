import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { expect, test } from "vitest";
import { selectWindow } from "./select-window.ts";

const messages = [
  new HumanMessage("first question"),
  new AIMessage("first answer"),
  new HumanMessage("second"),
  new AIMessage("answer"),
];

test("the latest messages that fit are kept whole, from a person's on", () => {
  expect(selectWindow(messages, 1_000)).toEqual(messages);
  expect(selectWindow(messages, 26)).toEqual(messages.slice(2));
});

test("the last message stays, however long it is", () => {
  expect(selectWindow(messages.slice(0, 3), 1)).toEqual([messages[2]]);
  expect(selectWindow([], 10)).toEqual([]);
});
