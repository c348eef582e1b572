import { expect, test } from "vitest";
import { findQuantities } from "./find-quantities.ts";

const read = (text: string) => findQuantities(text).map(({ value, unit }) => `${value} ${unit}`.trim());

test.each([
  ["A full charge takes 140 minutes.", ["140 minutes"]],
  ["$1,200 per year, plus 15% tax", ["1200 $", "15% %"]],
  ["The X200 weighs 3.5 kg and costs €2.4 million", ["3.5 kg", "2400000 €"]],
  ["The 24-hour limit of 30 requests per minute", ["24 hour", "30 requests"]],
  ["It has 12GB and starts at $19/month", ["12 GB", "19 $"]],
])("%s holds its quantities with their units", (text, quantities) => {
  expect(read(text)).toEqual(quantities);
});

test.each([
  "1. Press the button [2]",
  "Step 3 of version 2.3.1, on 2024-05-01 at 10:30",
  "founded in 1998",
  "May 5, section 4",
  "the X200 and thread_2",
])("%s only names things with its numbers", (text) => {
  expect(read(text)).toEqual([]);
});
