import { expect, test } from "vitest";
import { ScriptedChatModel } from "../../testing/index.ts";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { judge } from "./index.ts";

const verdict = (score: boolean | number) =>
  new ScriptedChatModel([{ structured: { reasoning: "It is short.", score } }]);

test("a judge's opinion is a score with its reason and what it used", async () => {
  const model = verdict(true);
  const scorer = judge({ name: "concise", prompt: "Is {outputs} concise for {inputs}?", model });
  expect(await scoreText(scorer, {}, { text: "Yes." })).toEqual({
    score: 1,
    comment: "It is short.",
    usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number), total_tokens: expect.any(Number) },
  });
  expect(scorer).toMatchObject({ name: "concise", kind: "judge", passMark: 1 });
  expect(model.calls[0]?.messages[0]?.text).toBe("Is Yes. concise for ??");
  const { usage } = await scoreText(judge({ prompt: "{outputs}", model: verdict(false) }), {}, { text: "Yes." });
  expect(usage?.total_tokens).toBeGreaterThan(0);
});

test("a judge may tell a share, with a prompt of openevals by its name", async () => {
  const model = verdict(0.7);
  const scorer = judge({ prompt: "CONCISENESS_PROMPT", model, continuous: true });
  expect(await scoreText(scorer, {}, { text: "Yes." })).toMatchObject({ score: 0.7 });
  expect(scorer.passMark).toBe(0.5);
  expect(model.calls[0]?.messages[0]?.text).toContain("expert");
});

test("the embedded model is no judge, and an unknown prompt no question", async () => {
  await expect(scoreText(judge({ prompt: "{outputs}" }), {})).rejects.toMatchObject({
    code: "model_needed",
    message: 'The judge "judge" needs a real model.',
  });
  const unknown = judge({ prompt: "CONCISE_PROMPT", model: verdict(true) });
  await expect(scoreText(unknown, {})).rejects.toMatchObject({ code: "suite_invalid" });
});

test("a judge stops with its case", async () => {
  const model = new ScriptedChatModel([{ toolCalls: [], delay: 60_000 }]);
  const signal = AbortSignal.timeout(20);
  await expect(scoreText(judge({ prompt: "{outputs}", model }), {}, { text: "Yes." }, signal)).rejects.toThrow();
});
