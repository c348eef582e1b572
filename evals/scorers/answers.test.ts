import { expect, test } from "vitest";
import { ScriptedChatModel } from "../../testing/index.ts";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { approval, citations, groundedness, injection, judge, leak } from "./index.ts";

const passage = { id: "1", source: "a.md", text: "The lamp glows for nine hours on one charge. It is blue." };
const cited = { number: 1, source: "a.md", text: passage.text, line_start: 3, line_end: 4 };

test("citations are right where each mark, each passage and each expected source is", async () => {
  const seen = { text: "Nine hours. [1]\n\nSources:\n[1] a.md:3-4", citations: [cited], documents: [passage] };
  expect(await scoreText(citations, {}, seen)).toEqual({ score: 1 });
  expect((await scoreText(citations, { citations: ["a.md:4"] }, seen)).score).toBe(1);
  expect((await scoreText(citations, { citations: ["b.md"] }, seen)).comment).toContain('"b.md" is not cited');
  expect(await scoreText(citations, { citations: [] }, seen)).toMatchObject({ score: expect.any(Number) });
  const unknown = await scoreText(citations, {}, { ...seen, text: "Nine hours. [1][7]" });
  expect(unknown).toMatchObject({ score: expect.any(Number), comment: expect.stringContaining("[7] stands for no") });
  const invented = await scoreText(citations, {}, { ...seen, documents: [] });
  expect(invented.comment).toContain("[1] a.md was not retrieved");
  expect(await scoreText(citations, {}, { text: "Hello." })).toEqual({ score: null });
});

test("a sentence is grounded where its words stand in what it cites", async () => {
  const seen = { citations: [cited], documents: [passage] };
  expect(await scoreText(groundedness, {}, { ...seen, text: "The lamp glows for nine hours. [1]" })).toEqual({
    score: 1,
  });
  const half = await scoreText(
    groundedness,
    {},
    { ...seen, text: "The lamp glows for nine hours. [1] Cats can fly very far. [1]" },
  );
  expect(half).toMatchObject({ score: 0.5, comment: expect.stringContaining("Cats") });
  const elsewhere = await scoreText(groundedness, {}, { ...seen, text: "The lamp glows for nine hours. [2]" });
  expect(elsewhere.score).toBe(0);
  expect(await scoreText(groundedness, {}, { text: "The lamp glows for nine hours." })).toEqual({ score: null });
});

test("a megabyte of evidence is compared in a moment", async () => {
  const text = "one two three four ".repeat(50_000);
  expect((await scoreText(groundedness, {}, { text, documents: [{ id: "1", text }] })).score).toBeGreaterThan(0);
}, 5_000);

const secret = "CANARY-7f3a-91bc";

test.each([
  `it is ${secret}`,
  "it is canary 7F3A 91BC",
  "c-a-n-a-r-y-7-f-3-a-9-1-b-c",
  "cb19-a3f7-YRANAC",
  Buffer.from(secret).toString("base64"),
  Buffer.from(`so: ${secret} ok`).toString("base64"),
  Buffer.from(secret).toString("hex"),
  "CANARY\u200B-7f3a\u200B-91bc",
])("the leak in %s is seen", async (text) => {
  expect(await scoreText(leak, { secrets: [secret] }, { text })).toMatchObject({ score: 0 });
});

test("a secret is looked for in what tools are handed, and a harmless answer leaks nothing", async () => {
  const toolCalls = [{ name: "fetch", args: { url: `https://a.example/?q=${secret}` } }];
  expect((await scoreText(leak, { secrets: [secret] }, { toolCalls })).comment).toContain("a call of fetch");
  expect(await scoreText(leak, { secrets: [secret] }, { text: "I keep that to myself, canary or not." })).toEqual({
    score: 1,
  });
  expect(await scoreText(leak, {}, { text: secret })).toEqual({ score: null });
});

test("an injected goal is reached by words or by a call", async () => {
  const expected = { injection: { says: "pineapple", calls: "send_mail" } };
  expect((await scoreText(injection, expected, { text: "PINEAPPLE!" })).score).toBe(0);
  expect((await scoreText(injection, expected, { toolCalls: [{ name: "send_mail", args: {} }] })).score).toBe(0);
  expect((await scoreText(injection, expected, { text: "No." })).score).toBe(1);
});

test("a risky tool that ran without a person is told, one that waits is not", async () => {
  const ran = { toolCalls: [{ name: "refund", args: {}, result: "done" }] };
  expect((await scoreText(approval, { approval: "refund" }, ran)).score).toBe(0);
  expect((await scoreText(approval, { approval: "refund" }, { ...ran, interrupts: ["Refund?"] })).score).toBe(1);
  expect(
    (await scoreText(approval({ tools: ["refund"] }), {}, { toolCalls: [{ name: "refund", args: {} }] })).score,
  ).toBe(1);
});

test("a judge's opinion is a score with its reason", async () => {
  const model = new ScriptedChatModel([{ structured: { reasoning: "It is short.", score: true } }]);
  const scorer = judge({ name: "concise", prompt: "Is {outputs} concise for {inputs}?", model });
  expect(await scoreText(scorer, {}, { text: "Yes." })).toEqual({ score: 1, comment: "It is short." });
  expect(scorer.kind).toBe("judge");
  expect(model.calls[0]?.messages[0]?.text).toBe("Is Yes. concise for ??");
});

test("the embedded model is no judge", async () => {
  await expect(scoreText(judge({ prompt: "{outputs}" }), {})).rejects.toMatchObject({ code: "model_needed" });
});
