import { expect, test } from "vitest";
import { graph } from "../../examples/refund-desk.ts";
import { runEvalCase } from "../../tests/fixtures/run-eval-case.ts";
import { simulateUser } from "./simulate-user.ts";

test("a persona without a real model fails once its replies are said, and says nothing of its own", async () => {
  const user = simulateUser({ persona: "A hurried customer.", replies: ["It is 1001."] });
  const { trial, seen } = await runEvalCase({ graph }, { input: "Hi." }, { user });
  expect(trial.passed).toBe(false);
  expect(seen.error).toMatchObject({ code: "model_needed", hint: expect.stringContaining("--live") as string });
  expect(seen.messages.filter(({ type }) => type === "human").map(({ content }) => content)).toEqual([
    "Hi.",
    "It is 1001.",
  ]);
});
