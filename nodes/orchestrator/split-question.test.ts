import { expect, test } from "vitest";
import { splitQuestion } from "./split-question.ts";

test.each([
  [
    "a full charge takes how many minutes by the manual, and what is 35% of that?",
    ["a full charge takes how many minutes by the manual", "what is 35% of that?"],
  ],
  [
    "How long is the warranty and who approves claims? Also, what is twice that.",
    ["How long is the warranty", "who approves claims?", "Also, what is twice that."],
  ],
  ["I have version 2.3. Does it work?", ["I have version 2.3.", "Does it work?"]],
  ["How much is the deposit, then add 10%", ["How much is the deposit", "add 10%"]],
])("%s asks several things", (message, parts) => {
  expect(splitQuestion(message)).toEqual(parts);
});

test.each([
  "What is the difference between the how and why?",
  "How do I install and configure it?",
  "What are the price, size and weight of the X200?",
  "The kettle, which is red, is how heavy?",
  "Is it heavy, e.g. more than 3.5 kg?",
])("%s asks one thing", (message) => {
  expect(splitQuestion(message)).toEqual([message]);
});
