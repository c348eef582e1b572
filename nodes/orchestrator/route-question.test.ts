import { expect, test } from "vitest";
import { routeQuestion } from "./route-question.ts";

test.each([
  ["What changed in version 2.3?", "researcher", "rule"],
  ["By the manual, how many of the 3 lamps may blink 2 times?", "researcher", "rule"],
  ["Good morning!", "respond", "rule"],
  ["If 3 boxes hold 12 apples each, how many apples are there altogether?", "analyst", "similarity"],
])("%s goes to the %s by %s", async (question, destination, step) => {
  expect(await routeQuestion(question)).toMatchObject({ destination, decision: { step } });
});

test("a decision says how sure it is and why", async () => {
  const { decision } = await routeQuestion("If 3 boxes hold 12 apples each, how many apples are there altogether?");
  expect(decision.confidence).toBeGreaterThanOrEqual(0.35);
  expect(decision.reason).toContain("nearest to the examples of analyst");
});
