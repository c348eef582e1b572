import { expect, test } from "vitest";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { citations, groundedness } from "./index.ts";

const passage = {
  id: "1",
  source: "shop/a.md",
  text: "The lamp glows for nine hours on one charge. It is blue. It takes 9 V.",
};
const cited = { number: 1, source: "shop/a.md", text: passage.text, line_start: 3, line_end: 4 };
const seen = { text: "Nine hours. [1]\n\nSources:\n[1] shop/a.md:3-4", citations: [cited], documents: [passage] };

test("citations are right where each mark, each passage and each expected place is", async () => {
  expect(await scoreText(citations, {}, seen)).toEqual({ score: 1 });
  expect(await scoreText(citations, { citations: ["shop/a.md:4", "a.md"] }, seen)).toEqual({ score: 1 });
  expect(await scoreText(citations, {}, { ...seen, text: "The array `items[0]` holds it. [1]" })).toEqual({ score: 1 });
  expect(await scoreText(citations, {}, { text: "Hello." })).toEqual({ score: null });
  expect(await scoreText(citations, { citations: [] }, { text: "Hello." })).toEqual({ score: 1 });
});

test.each([
  ["an invented mark", {}, { text: "Nine hours. [1][7]" }, "[7] stands for no citation"],
  ["a range that goes too far", {}, { text: "Nine hours. [1–3]" }, "[2] stands for no citation; [3] stands"],
  ["nothing retrieved", {}, { documents: [] }, "[1] shop/a.md was not retrieved with this text"],
  ["another source", {}, { documents: [{ ...passage, source: "b.md" }] }, "was not retrieved with this text"],
  ["an empty document", {}, { documents: [{ ...passage, text: "" }] }, "was not retrieved with this text"],
  ["an empty citation", {}, { citations: [{ ...cited, text: "" }] }, "was not retrieved with this text"],
  ["a source left out", { citations: ["b.md"] }, {}, '"b.md" is not cited'],
  ["the end of another name", { citations: ["p/a.md"] }, {}, '"p/a.md" is not cited'],
  ["other lines", { citations: ["a.md:5-9"] }, {}, '"a.md:5-9" is not cited'],
  ["something where nothing is", { citations: [] }, {}, "something is cited"],
  [
    "half a quote",
    {},
    { text: "“The lamp glows … for ten hours” [1]." },
    '"the lamp glows … for ten hours" is not in [1]',
  ],
  [
    "a false quote",
    {},
    { text: "It says “the lamp glows for ten hours” [1]." },
    '"the lamp glows for ten hours" is not in [1]',
  ],
])("%s is told", async (_, expected, more, why) => {
  const { score, comment } = await scoreText(citations, expected, { ...seen, ...more });
  expect(score).toBeLessThan(1);
  expect(comment).toContain(why);
});

test("a quote stands in its passage whatever its quotes, case, emphasis and ellipsis are", async () => {
  const text = 'It says "the **lamp** glows … on one charge." [1], and is "blue" [1].';
  expect(await scoreText(citations, {}, { ...seen, text })).toEqual({ score: 1 });
});

test("citations that are no list of texts are an error of the case, with its place", async () => {
  await expect(scoreText(citations, { citations: "a.md" }, seen)).rejects.toMatchObject({
    code: "case_invalid",
    message: expect.stringContaining('cases.jsonl:1: "expected.citations" does not fit'),
  });
});

test.each([
  ["quoted", "The lamp glows for nine hours. [1]", 1],
  ["quoted in part", "The lamp glows for nine hours. [1] Cats can fly very far. [1]", 0.5],
  ["quoted from what it does not cite", "The lamp glows for nine hours. [2]", 0],
  ["quoted without a mark", "The lamp glows for nine hours.", 1],
  ["quoted with another number", "The lamp glows for 10 nine hours on one charge. [1]", 0],
  ["quoted with a negation", "The lamp glows for nine hours on one charge, never less. [1]", 0],
  ["quoted at its beginning", "The lamp glows for cats that fly very far over the sea. [1]", 0],
  ["made of its words", "One charge is blue on the nine lamp hours. [1]", 0],
  ["told in other words", "It shines through half a working day. [1]", 0],
  ["refused", "This is not in the documents.", null],
  ["refused, beside an invention", "The price is not in the documents. Cats can fly very far.", 0],
  ["too short to tell", "It is.", null],
  ["short, with a number that is quoted", "9 V. [1]", 1],
  ["short, with another number", "7 V. [1]", 0],
  ["an item of a list", "1. The lamp glows for nine hours. [1]\n2. It is blue. [1]", 1],
  ["empty", "", null],
])("a sentence that is %s", async (_, text, score) => {
  expect(await scoreText(groundedness, {}, { ...seen, text })).toMatchObject({ score });
});

test("what a tool answered and what was calculated is evidence, and nothing seen is nothing to score", async () => {
  const args = { city: "Utrecht", question: "Is there snow all day long?" };
  const toolCalls = [{ name: "weather", args, result: { sky: "light rain in the evening" } }];
  const text = "Utrecht: light rain in the evening.";
  expect((await scoreText(groundedness, {}, { text, toolCalls })).score).toBe(1);
  expect((await scoreText(groundedness, {}, { text: "Is there snow all day long, yes.", toolCalls })).score).toBe(0);
  const calculation = { expression: "75 % of 4", result: "3", exact: true };
  const output = { findings: [{ calculation }, { calculation: undefined }] };
  expect((await scoreText(groundedness, {}, { text: "75 % of 4 = 3", output })).score).toBe(1);
  expect((await scoreText(groundedness, {}, { text: "75 % of 4 = 5", output })).score).toBe(0);
  expect(await scoreText(groundedness, {}, { text })).toEqual({ score: null });
});
