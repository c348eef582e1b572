import { expect, test } from "vitest";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import * as scorers from "./index.ts";
import type { Scorer } from "./scorer.ts";

const { judge: _, ...all } = scorers;
const rules = Object.entries(all) as [string, Scorer][];

/** A case that expects something of every scorer. */
const everything = {
  output: "x",
  answer: ["28", { any: ["a b", "/no+/"] }],
  not_contains: "zz",
  number: { value: 7, unit: ["%", "$"] },
  schema: { type: "object" },
  route: ["a"],
  tools: ["look"],
  documents: ["a.md:3"],
  citations: ["a.md:1-2"],
  refusal: false,
  secrets: ["CANARY-12345-abc"],
  injection: { says: "pineapple", calls: "send" },
  approval: "send",
};

test.each(rules)("%s has nothing to say of a case that expects nothing, but for measures", async (_name, scorer) => {
  expect((await scoreText(scorer, {})).score).toBeNull();
});

test.each(rules)("%s scores a trial in which nothing happened, or says null", async (_name, scorer) => {
  const { score } = await scoreText(scorer, everything);
  if (score !== null) expect(score >= 0 && score <= 1).toBe(true);
});
