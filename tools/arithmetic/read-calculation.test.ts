import { expect, test } from "vitest";
import { evaluateExpression } from "./evaluate-expression.ts";
import { readCalculation } from "./read-calculation.ts";

test.each([
  ["What is (17.5% of 2480) + 12?", "446"],
  ["What's 12*7", "84"],
  ["two hundred and five times a dozen", "2460"],
  ["calculate 3.5 million divided by 7", "500000"],
  ["What is the square root of 144?", "12"],
  ["increase 200 by 15%", "230"],
  ["20% off 80", "64"],
  ["What is three-quarters of 80?", "60"],
  ["What is the average of 3, 4 and 8?", "5"],
  ["add 3 to 4", "7"],
  ["Please subtract 12 from 100", "88"],
  ["how much is $24 times 12?", "288"],
  ["and what is 140 minutes plus 10%?", "154"],
  ["10 divided by 4, rounded to 1 decimal", "2.5"],
])("%s reads as arithmetic worth %s", (sentence, result) => {
  const calculation = readCalculation(sentence);
  expect(calculation?.operands).toEqual([]);
  expect(evaluateExpression(calculation!.expression).text).toBe(result);
});

test.each([
  ["What is 35% of that?", "35% of ({0})", [{ kind: "earlier" }]],
  ["multiply it by 12", "({0}) * (12)", [{ kind: "earlier" }]],
  [
    "For the large size, what is twice the price?",
    "2 * ({0})",
    [{ kind: "lookup", phrase: "the price for the large size" }],
  ],
  [
    "How much longer does a charge take at the wall than at the dock?",
    "abs({0} - {1})",
    [
      { kind: "lookup", phrase: "how long a charge take at the wall" },
      { kind: "lookup", phrase: "how long a charge take at the dock" },
    ],
  ],
  [
    "How many more days of leave do managers get than trainees?",
    "abs({0} - {1})",
    [
      { kind: "lookup", phrase: "days of leave managers get" },
      { kind: "lookup", phrase: "days of leave trainees" },
    ],
  ],
  ["What do 12 seats cost?", "12 * {0}", [{ kind: "lookup", phrase: "cost of each seat" }]],
  [
    "We rent five bikes, how much deposit is that in total?",
    "5 * {0}",
    [{ kind: "lookup", phrase: "deposit for each bike" }],
  ],
  [
    "What's the difference between the monthly fees of the Plus and the Basic plan?",
    "abs(({0}) - ({1}))",
    [
      { kind: "lookup", phrase: "the monthly fees of the Plus" },
      { kind: "lookup", phrase: "the monthly fees of the Basic plan" },
    ],
  ],
  [
    "What's the difference in minutes between a full charge at the post and one at the pedestal?",
    "abs(({0}) - ({1}))",
    [
      { kind: "lookup", phrase: "a full charge at the post" },
      { kind: "lookup", phrase: "a full charge at the pedestal" },
    ],
  ],
  [
    "What is the difference between the Large and the Small price?",
    "abs(({0}) - ({1}))",
    [
      { kind: "lookup", phrase: "the Large price" },
      { kind: "lookup", phrase: "the Small price" },
    ],
  ],
  ["what's left of it after a $480 course?", "({0}) - 480", [{ kind: "earlier" }]],
  ["What is half of the deposit?", "({0}) / 2", [{ kind: "lookup", phrase: "the deposit" }]],
  ["the monthly fee * 12 + 40", "{0} * 12 + 40", [{ kind: "lookup", phrase: "the monthly fee" }]],
  [
    "What is the difference between the Pro price and the Basic price?",
    "abs(({0}) - ({1}))",
    [
      { kind: "lookup", phrase: "the Pro price" },
      { kind: "lookup", phrase: "the Basic price" },
    ],
  ],
  [
    "what's the setup fee and the monthly fee combined?",
    "sum({0}, {1})",
    [
      { kind: "lookup", phrase: "the setup fee" },
      { kind: "lookup", phrase: "the monthly fee" },
    ],
  ],
])("%s leaves its unknown numbers as operands", (sentence, expression, operands) => {
  expect(readCalculation(sentence)).toEqual({ expression, operands });
});

test.each([
  "What changed in version 2.3?",
  "What is the difference between enqueue and reject?",
  "How many times does it retry?",
  "What is the price of the Plus plan?",
  "What do 35% of the customers prefer?",
  "What is the ISO 27001 certificate?",
  "what are 3 ways to deploy?",
  "What is the price of an impeller plus two seals?",
  "How many steps are there in total?",
  "How much does the plan cost?",
  "What is 2480?",
  "What happened on 2024-01-15?",
  "what is 2024-01-15",
  "How does a run resume after a crash?",
  "what is the average response time?",
  "",
])("%s is no arithmetic", (sentence) => {
  expect(readCalculation(sentence)).toBeUndefined();
});
