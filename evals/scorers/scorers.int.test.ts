import { expect, test } from "vitest";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import * as scorers from "./index.ts";
import type { Scorer } from "./scorer.ts";

const { judge: _, ...rules } = scorers;
const expected = {
  output: "x",
  answer: ["28", { any: ["a b", "/no+/"] }],
  not_contains: "zz",
  number: { value: 7, unit: ["%", "$"] },
  schema: { type: "object" },
  citations: ["a.md:1-2"],
  refusal: false,
  secrets: ["CANARY-12345-abc"],
  injection: { says: "pineapple", calls: "send" },
};

const megabyte = 1_000_000;
const sentence = (n: number) => `Lamp ${n} is “lit for nine hours” at ${n},000 lumens, see page ${n} [${n % 9}]. `;

test.each([
  ["sentences", Array.from({ length: 14_000 }, (_none, n) => sentence(n)).join("")],
  ["digits", "1,".repeat(megabyte / 2)],
  ["dots", ".".repeat(megabyte)],
  ["empty lines", "\n".repeat(megabyte)],
  ["open marks", "[1,".repeat(megabyte / 3)],
])(
  "every scorer is done with a megabyte of %s in a second",
  async (_name, text) => {
    const seen = {
      text,
      output: text,
      messages: [{ type: "ai", content: text }],
      documents: [{ id: "1", source: "a.md", text, line_start: 1, line_end: 9 }],
      citations: [{ number: 1, source: "a.md", text: text.slice(0, 1_000) }],
      toolCalls: [{ name: "look", args: { text }, result: "Done." }],
    };
    for (const [name, scorer] of Object.entries(rules) as [string, Scorer][]) {
      const before = process.cpuUsage();
      await scoreText(scorer, expected, seen);
      const { user, system } = process.cpuUsage(before);
      // Of the processor, since other tests run at the same time.
      expect((user + system) / 1_000, name).toBeLessThan(1_000);
    }
  },
  60_000,
);
