import { expect, test } from "vitest";
import { namesUnknown } from "./names-unknown.ts";
import { readStems } from "./words.ts";

const known = new Set(
  readStems("The depot in Rotterdam charges bikes. Code E12 means a flat battery. Prices hold for 2024."),
);

test.each([
  ["Who manages the depot in Amsterdam?", true],
  ["Who manages the depot in Rotterdam?", false],
  ["What does code E21 mean?", true],
  ["What does code E12 mean?", false],
  ["What are the prices for 2025?", true],
  ["What are the prices for 2024?", false],
  ["Which colours does the bike come in?", true],
  ["Which depot charges bikes?", false],
  ["What happens to the bike?", false],
])("%s names something that nothing tells of: %s", (question, unknown) => {
  expect(namesUnknown(question, known)).toBe(unknown);
});
