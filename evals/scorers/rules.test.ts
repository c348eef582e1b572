import { expect, test } from "vitest";
import { z } from "zod";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { answer, contains, cost, exact, jsonSchema, latency, numeric, refusal, route, tokens } from "./index.ts";
import type { Scorer } from "./scorer.ts";

test.each([
  [exact, { output: { a: [1] } }, { output: { a: [1] } }, 1],
  [exact, { output: { a: [1] } }, { output: { a: [2] } }, 0],
  [exact({ ignoreCase: true }), { output: "Yes" }, { output: " yes\n" }, 1],
  [exact, {}, { output: 1 }, null],
  [exact, { output: "caf\u00e9" }, { output: "cafe\u0301" }, 1],
  [answer, { answer: "28  days" }, { text: "You have 28 Days." }, 1],
  [answer, { answer: ["28", "/twenty.eight/i"] }, { text: "28 of them" }, 0.5],
  [answer, { answer: { any: ["yes", "sure"] }, not_answer: "no" }, { text: "Sure." }, 1],
  [answer, { not_answer: "pineapple" }, { text: "A Pineapple!" }, 0],
  [answer, { answer: "x" }, { text: "" }, 0],
  [answer, {}, { text: "x" }, null],
  [answer, { answer: "28" }, { text: "1280, 28.5, 2,280 or 0.28" }, 0],
  [answer, { answer: "28" }, { text: "1280, then **28**." }, 1],
  [answer, { answer: 28 }, { text: "28 % of it" }, 1],
  [answer, { answer: "/etc/passwd" }, { text: "See /etc/passwd." }, 1],
  [answer, { answer: "28" }, { text: "-28, 28k or 1:28" }, 0],
  [answer, { answer: "28" }, { text: "14-28 days, 28GB" }, 1],
  [answer, { answer: "/admin/us" }, { text: "Only admins may." }, 0],
  [answer, { answer: "/admin/us" }, { text: "See /admin/us." }, 1],
  [answer, { answer: "/^see/im" }, { text: "So:\nSee it." }, 1],
  [answer, { answer: "it's well-known" }, { text: "It’s well\u2011known." }, 1],
  [answer, { answer: "a.md" }, { text: "No.\n\nSources:\n[1] a.md:1-2" }, 0],
  [contains, { contains: "a.md" }, { text: "No.\n\nSources:\n[1] a.md:1-2" }, 1],
  [answer, { answer: "blue" }, { output: { colour: "blue" } }, 1],
  [exact, { output: null }, { output: undefined }, 0],
  [jsonSchema, { schema: { type: "object", required: ["a"] } }, { text: '{"a":1}' }, 1],
  [jsonSchema, { schema: { type: "object", required: ["a"] } }, { text: "{}" }, 0],
  [jsonSchema, { schema: { type: "object", required: ["a"] } }, { output: { a: 1 } }, 1],
  [jsonSchema, { schema: { required: ["a"] } }, { output: { messages: [] }, text: '```json\n{"a":1}\n```' }, 1],
  [jsonSchema, { schema: { type: "object" } }, { output: "none" }, 0],
  [jsonSchema, { schema: { type: "string" } }, { text: "5" }, 1],
  [jsonSchema, { schema: { type: "number" } }, { text: "5" }, 1],
  [jsonSchema, { schema: { type: "object", required: ["a"] } }, { text: "Here it is.", output: { messages: [] } }, 0],
  [jsonSchema({ schema: z.number() }), {}, { output: 3 }, 1],
  [jsonSchema({ schema: z.number() }), {}, { output: "three" }, 0],
  [numeric, { number: 1250.5 }, { text: "It is 1,250.5 in all." }, 1],
  [numeric, { number: 1250 }, { text: "1 250 EUR" }, 1],
  [numeric, { number: 250 }, { text: "1 250 EUR" }, 0],
  [numeric, { number: 5 }, { text: "3,5 km" }, 0],
  [numeric, { number: -3 }, { text: "down by −3 [7]" }, 1],
  [numeric, { number: 7 }, { text: "as the page says [7]" }, 0],
  [numeric, { number: { value: 10, rel: 0.05 } }, { text: "10.4" }, 1],
  [numeric, { number: { value: 10, abs: 0.3 } }, { text: "10.4" }, 0],
  [numeric, { number: 3 }, { output: 3 }, 1],
  [numeric({ abs: 1 }), { number: 3 }, { text: "4" }, 1],
  [numeric, { number: 11 }, { text: "Unknown.\n\nSources:\n[1] a.md:9-11" }, 0],
  [numeric, { number: { value: 20, unit: "%" } }, { text: "20 euros, that is 25 %" }, 0],
  [numeric, { number: { value: 25, unit: "%" } }, { text: "20 euros, that is 25 %" }, 1],
  [numeric, { number: { value: 20, unit: ["$", "USD"] } }, { text: "It costs $20." }, 1],
  [numeric, { number: { value: 20, unit: "m" } }, { text: "20 minutes" }, 0],
  [numeric, { number: { value: 25, unit: "EUR" } }, { text: "It costs **25** EUR." }, 1],
  [numeric, { number: { value: 25, unit: "EUR" } }, { text: "`25` (EUR)" }, 1],
  [numeric, { number: { value: 25, unit: "EUR" } }, { text: "EUR: 25" }, 1],
  [numeric, { number: 24 }, { text: "2*3*4 is ***24***" }, 1],
  [numeric, { number: -12 }, { text: "It is minus 12 degrees." }, 1],
  [numeric, { number: 12 }, { text: "It is minus 12 degrees." }, 0],
  [numeric, { number: 3 }, { text: "10 minus 3" }, 1],
  [numeric, { number: 234 }, { text: "2*3*4" }, 0],
  [numeric, { number: 12_500_000 }, { text: "12’500’000 or 12.5 million" }, 1],
  [numeric, { number: 20 }, { text: "10-20" }, 1],
  [numeric, { number: 2_000 }, { text: "about 2e3" }, 1],
  [numeric, { number: 2.3 }, { text: "version v2.3" }, 0],
  [numeric, { number: 2.3 }, { text: "version 2.3.1" }, 0],
  [numeric, { number: 3 }, { text: "on 2025-03-01 or 3/4/2025, at 3:15" }, 0],
  [numeric, { number: 7 }, { text: "E-7 is thrown" }, 0],
  [numeric, { number: 2 }, { text: "1. Open it.\n2. Close it." }, 0],
  [numeric, { number: 28 }, { text: "28. That is four weeks." }, 1],
  [numeric, { number: 1_000 }, { text: "1 000 units" }, 1],
  [numeric, { number: 3.5 }, { text: "3,5 Liter" }, 1],
  [numeric, { number: 1_234.56 }, { text: "1.234,56 €" }, 1],
  [numeric, { number: { value: 3.5, unit: "%" } }, { text: "3,5 %, but 4" }, 1],
  [numeric, { number: 0.5 }, { text: "about .5 l" }, 1],
  [refusal, { refusal: true }, { text: "This is not in the documents." }, 1],
  [refusal, { refusal: true }, { text: "It is blue." }, 0],
  [refusal, { refusal: false }, { text: "I don't know." }, 0],
  [refusal, { refusal: true }, { text: "I’m sorry, but I can’t help with that." }, 1],
  [refusal, { refusal: true }, { text: "I'm unable to answer." }, 1],
  [refusal, { refusal: true }, { text: "The documents do not mention a price." }, 1],
  [refusal, { refusal: true }, { text: "There is no information about Japan." }, 1],
  [refusal, { refusal: true }, { text: "Dat weet ik niet." }, 0],
  [refusal({ phrases: [/weet ik niet/gi] }), { refusal: true }, { text: "Dat weet ik niet." }, 1],
  [refusal, { refusal: false }, { text: "It cannot be opened, and is not in the box." }, 1],
  [refusal, { refusal: true }, { text: "" }, 0],
  [refusal, { refusal: true }, { text: "The answer could not be found." }, 1],
  [refusal, { refusal: true }, { text: "Nothing about this is in the documents." }, 1],
  [refusal, { refusal: true }, { text: "As an assistant I must decline." }, 1],
  [refusal, { refusal: false }, { text: "The form is not in the documents folder, but in Forms." }, 1],
  [refusal, { refusal: false }, { text: "If the page could not be found, 404 is answered." }, 1],
  [route, { route: ["b", "a"] }, { route: { workers: ["a", "b"] } }, 1],
  [route, { route: "a" }, { route: { workers: ["a", "b"] } }, 0],
  [route, { route: ["a", "b"] }, { route: { workers: ["a"] } }, 0],
  [route, { route: [] }, { route: { workers: [] } }, 1],
  [route, { route: ["search", "write"] }, { nodes: ["plan", "search", "plan", "write"] }, 1],
  [route, { route: ["write", "search"] }, { nodes: ["search", "write"] }, 0],
  [route({ among: ["search", "write"] }), { route: ["search"] }, { nodes: ["search", "write"] }, 0],
  [route({ among: ["search"] }), { route: [] }, { nodes: ["plan"] }, 1],
  [route({ among: ["search"] }), { route: [] }, { nodes: ["plan", "search"] }, 0],
  [route, { route: "a" }, { route: { workers: ["a", "a"] } }, 1],
  [route, {}, { nodes: ["a"] }, null],
  [latency, {}, { latency_ms: 5 }, null],
  [latency({ most: 4 }), {}, { latency_ms: 5 }, 0],
] as [Scorer, object, object, number | null][])("%o of %o in %o scores %o", async (scorer, expected, seen, score) => {
  expect((await scoreText(scorer, expected as never, seen)).score).toBe(score);
});

test("a phrase is found each time, also where its expression remembers the last one", async () => {
  const scorer = refusal({ phrases: [/weet ik niet/g] });
  for (let time = 0; time < 3; time += 1) {
    expect((await scoreText(scorer, { refusal: true }, { text: "Dat weet ik niet." })).score).toBe(1);
  }
});

test("a measure without a limit tells its figure", async () => {
  expect(await scoreText(latency, {}, { latency_ms: 5 })).toEqual({ score: null, value: 5 });
});

const noPrice = { input_tokens: 1, output_tokens: 1, total_tokens: 2, model_calls: 1, live_calls: 1, cost: null };

test("a limit that was passed is told with its figures, and one that cannot be held is an error", async () => {
  expect(await scoreText(tokens({ most: 1 }), {}, { usage: noPrice })).toEqual({
    score: 0,
    value: 2,
    comment: "2 tokens, where 1 is the most",
  });
  expect(await scoreText(cost, {}, { usage: noPrice })).toEqual({ score: null });
  await expect(scoreText(cost({ most: 1 }), {}, { usage: noPrice })).rejects.toMatchObject({ code: "suite_invalid" });
});

test.each([
  [answer, { answer: { none: ["x"] } }, "write a text"],
  [answer, { not_answer: [true] }, "write a text"],
  [answer, { answer: ["ok", { any: ["/[/"] }] }, "Invalid regular expression"],
  [numeric, { number: "3" }, "write a number"],
  [numeric, { number: { value: 3, tolerance: 1 } }, 'Unrecognized key: "tolerance"'],
  [route, { route: 3 }, "write a name"],
  [refusal, { refusal: "yes" }, "expected boolean"],
] as [Scorer, object, string][])(
  "%o says where %o is wrong",
  async (...[scorer, expected, why]: [Scorer, object, string]) => {
    await expect(scoreText(scorer, expected as never, { text: "3" })).rejects.toMatchObject({
      code: "case_invalid",
      message: expect.stringMatching(new RegExp(`^cases.jsonl:1: "expected\\..*${why}`)),
    });
  },
);

test("of a conversation without an answer, and of a subject that failed, the state is not taken for what was said", async () => {
  const messages = [{ type: "human", content: "Are you closed at 3?" }];
  const [asked, failed] = [
    { output: { messages }, messages },
    { output: { log: ["closed at 3"] }, error: { name: "Error", message: "Off." } },
  ];
  for (const seen of [asked, failed]) {
    const { score, comment } = await scoreText(answer, { answer: "closed" }, seen);
    expect([score, comment]).toEqual([0, '"closed" is missing in ""']);
    expect((await scoreText(numeric, { number: 3 }, seen)).comment).toBe('expected 3, found no number in ""');
  }
});

test("where nodes ran that no expectation names, they are told", async () => {
  const nodes = ["plan", "search", "plan"];
  expect((await scoreText(route, { route: "nope" }, { nodes })).comment).toBe(
    "expected nope, but the nodes that ran are plan, search",
  );
  expect((await scoreText(route, { route: "nope" }, { nodes: [] })).comment).toBe("expected nope, but no node ran");
});

test("that nobody was to be called cannot be told from nodes alone", async () => {
  await expect(scoreText(route, { route: [] }, { nodes: ["plan"] })).rejects.toMatchObject({ code: "suite_invalid" });
});
