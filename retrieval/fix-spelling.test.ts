import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, fixSpelling } from "./fix-spelling.ts";

const holding = (words: Record<string, number>) => ({
  words: async (shortest: number, longest: number) =>
    Object.entries(words)
      .filter(([word]) => word.length >= shortest && word.length <= longest)
      .map(([word, count]) => ({ word, count })),
});

test("a slip of each kind is one edit", () => {
  for (const slip of ["retreival", "retrival", "retrieeval", "retriebal"]) {
    expect(editDistance(slip, "retrieval", 2)).toBe(1);
  }
});

test("the distance is the same in both directions and zero only for the same word", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 7 });
  fc.assert(
    fc.property(word, word, (one, other) => {
      expect(editDistance(one, other, 99)).toBe(editDistance(other, one, 99));
      expect(editDistance(one, other, 99) === 0).toBe(one === other);
      expect(editDistance(one, other, 2) > 2).toBe(editDistance(one, other, 99) > 2);
    }),
  );
});

test("a misspelt word becomes the nearest one, among equals the most frequent", async () => {
  const documents = holding({ vacation: 3, location: 9, charge: 2, change: 5 });
  expect(await fixSpelling(documents, "vacaton")).toBe("vacation");
  expect(await fixSpelling(documents, "chaarge")).toBe("charge");
  expect(await fixSpelling(documents, "chabge")).toBe("change");
});

test("a word that resembles none, a short one and a number are left alone", async () => {
  const documents = holding({ vacation: 3, cost: 5, x2000: 1 });
  expect(await fixSpelling(documents, "telescope")).toBeUndefined();
  expect(await fixSpelling(documents, "host")).toBeUndefined();
  expect(await fixSpelling(documents, "x3000")).toBeUndefined();
});
