import { expect, test } from "vitest";
import { contains } from "./contains.ts";
import { toPairs } from "./thread-metadata.ts";

const held = {
  owner: "Ada",
  n: 1,
  yes: true,
  none: null,
  teams: ["red", 7, { a: 1 }],
  place: { city: "Bergen" },
  long: "x".repeat(300),
  empty: [],
};

test.each([
  [{ owner: "Ada", n: 1, yes: true, none: null }, true, true],
  [{ owner: "Grace" }, true, false],
  [{ yes: 1 }, true, false],
  [{ teams: ["red"] }, true, true],
  [{ teams: [7, "red"] }, true, true],
  [{ teams: "red" }, true, false],
  [{ teams: [] }, false, true],
  [{ owner: [] }, false, false],
  [{ teams: [{ a: 1 }] }, false, true],
  [{ teams: [["red"]] }, false, false],
  [{ place: {} }, false, true],
  [{ place: { city: "Oslo" } }, false, false],
  [{ long: "x".repeat(300) }, false, true],
  [{}, true, true],
])("%j by its pairs (complete: %j) is contained: %j", (asked, complete, isContained) => {
  const { pairs, complete: isComplete } = toPairs(asked);
  const known = new Set(toPairs(held).pairs);
  expect(isComplete).toBe(complete);
  const hasPairs = pairs.every((pair) => known.has(pair));
  expect(contains(held, asked)).toBe(isContained);
  // What is contained has the pairs; the other way round where they say everything.
  expect(hasPairs || !isContained).toBe(true);
  if (complete) expect(hasPairs).toBe(isContained);
});
