import { expect, test } from "vitest";
import { resolveFollowUp } from "./resolve-follow-up.ts";

const turns = [{ question: "How do I request leave?", answer: "Use the leave form. [1]" }];

test.each([
  "And who do the requests go to?",
  "What about contractors?",
  "How long?",
  "How much is that?",
  "Who approves them?",
  "Why?",
])("%s leans on the turn before", (question) => {
  expect(resolveFollowUp(question, turns)).toEqual({
    question,
    context: "How do I request leave?\nUse the leave form. [1]",
  });
});

test.each(["How does a run resume after a crash?", "Is it possible to cancel an order?", "What is the refund policy?"])(
  "%s stands alone",
  (question) => {
    expect(resolveFollowUp(question, turns)).toEqual({ question, context: "" });
  },
);

test("the first question of a conversation has no context, whatever its words", () => {
  expect(resolveFollowUp("And that?", []).context).toBe("");
});

test("a chain of follow-ups keeps the question that began it", () => {
  const chain = [...turns, { question: "And who do they go to?", answer: "To the people team. [1]" }];
  expect(resolveFollowUp("How long does that take?", chain).context).toContain("How do I request leave?");
});
