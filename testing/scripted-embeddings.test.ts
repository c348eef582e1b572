import { expect, test } from "vitest";
import { ScriptedEmbeddings } from "./scripted-embeddings.ts";

test("scripted embeddings answer with the vectors they were told, by text or by a function", async () => {
  const byText = new ScriptedEmbeddings({ vectors: { cat: [1, 0] }, dimension: 2 });
  expect(await byText.embedQuery("cat")).toEqual([1, 0]);
  const byFunction = new ScriptedEmbeddings({ vectors: (text) => [text.length, 0], dimension: 2 });
  expect(await byFunction.embedDocuments(["a", "bcd"])).toEqual([
    [1, 0],
    [3, 0],
  ]);
  expect([byText.calls, byFunction.calls]).toEqual([[["cat"]], [["a", "bcd"]]]);
});

test("a text without a vector has always the same one of length 1, far from its nearest neighbours in meaning", async () => {
  const [cat = [], cats = [], again] = await new ScriptedEmbeddings({ dimension: 384 }).embedDocuments([
    "cat",
    "cats",
    "cat",
  ]);
  expect([cat.length, Math.hypot(...cat)]).toEqual([384, expect.closeTo(1)]);
  expect(again).toEqual(cat);
  const likeness = cat.reduce((sum, number, place) => sum + number * (cats[place] ?? 0), 0);
  expect(Math.abs(likeness)).toBeLessThan(0.2);
  expect(await new ScriptedEmbeddings({ vectors: { constructor: [] } }).embedQuery("toString")).toHaveLength(8);
});

test("a vector of a wrong length is refused by its text, and faults come in order", async () => {
  const wrong = new ScriptedEmbeddings({ vectors: { cat: [1, 0, 0] }, dimension: 2 });
  await expect(wrong.embedQuery("cat")).rejects.toThrow('The vector of "cat" has 3 numbers, not the 2');
  const failing = new ScriptedEmbeddings({ faults: [undefined, new Error("over the limit")] });
  await failing.embedQuery("one");
  await expect(failing.embedQuery("two")).rejects.toThrow("over the limit");
  await failing.embedQuery("three");
  expect(failing.calls).toHaveLength(3);
});
