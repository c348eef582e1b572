import { expect, test } from "vitest";
import type { Passage } from "../../state/finding.ts";
import { selectQuantity } from "./select-quantity.ts";

const passage = (text: string, relevance = 0.8): Passage => ({
  id: text,
  text,
  source: "a.md",
  heading_path: [],
  line_start: 1,
  line_end: 2,
  relevance,
  found_by: ["bm25"],
});

const terms = "The customer pays a deposit of 420 euros for each car and 160 euros for each bike before delivery.";
const table = "| Plan | Monthly price | Seats |\n| --- | --- | --- |\n| Basic | $19 | 3 |\n| Pro | $49 | 10 |";

test.each([
  ["the deposit for a bike", terms, "160"],
  ["the deposit for a car", terms, "420"],
  ["the price of Pro", "Basic costs $10 and Pro $20.", "20"],
  ["the price of Basic", "Basic costs $10 and Pro $20.", "10"],
  ["how many seats Pro has", table, "10"],
  ["the monthly price of Basic", table, "19"],
  ["how many minutes a charge takes", "In 2 steps, a full charge takes 140 minutes.", "140"],
  ["the discount for students", "Students get a discount of 15% on 3 plans.", "15%"],
])("%s is taken from the statement about it", (question, text, value) => {
  expect(selectQuantity(question, [passage(text)])?.value).toBe(value);
});

test("a passage that fits the question better wins, and is named", () => {
  const passages = [
    passage("A car charges in 240 minutes at the dock.", 0.3),
    passage("A bike charges in 210 minutes at the dock.", 0.8),
  ];
  expect(selectQuantity("how long a bike charges at the dock", passages)).toEqual({
    value: "210",
    unit: "minutes",
    passage: passages[1],
  });
});

test("nothing is chosen where no number is said of what is asked", () => {
  expect(selectQuantity("the deposit", [passage("Open on 5 days a week.")])).toBeUndefined();
});
