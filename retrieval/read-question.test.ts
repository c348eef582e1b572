import { expect, test } from "vitest";
import { readQuestion } from "./read-question.ts";

/** A thousand chunks in which each known word stands as often as told. */
const documents = (known: Record<string, number>) => ({
  count: async () => ({ documents: 10, chunks: 1_000 }),
  countChunksWith: async (terms: string[]) =>
    new Map(terms.filter((term) => Object.hasOwn(known, term)).map((term) => [term, known[term]!])),
  words: async () => Object.entries(known).map(([word, count]) => ({ word, count })),
});
const words = documents({ batteri: 20, lunch: 200, charg: 40, battery: 20 });

test("a rare term tells more than a frequent one, and one that no document has tells most", async () => {
  const { content } = await readQuestion(words, "Please tell me about lunch, the battery and xylophones");
  expect([...content.keys()]).toEqual(["lunch", "batteri", "xylophon"]);
  const [lunch, battery, xylophone] = [...content.values()];
  expect(lunch).toBeLessThan(battery!);
  expect(battery).toBeLessThan(xylophone!);
});

test("chatter ranks passages and is not what the question is about", async () => {
  const { terms, content } = await readQuestion(words, "please describe the battery");
  expect([...terms.keys()]).toContain("pleas");
  expect([...content.keys()]).toEqual(["batteri"]);
});

test("all words of earlier turns together tell half as much as the question's own", async () => {
  const { terms, content } = await readQuestion(words, "and lunch?", "charge the battery of the xylophone by day");
  const added = [...content].filter(([term]) => term !== "lunch").map(([, weight]) => weight);
  expect(added.length).toBeGreaterThan(3);
  expect(added.reduce((sum, weight) => sum + weight)).toBeCloseTo(content.get("lunch")! / 2);
  expect(terms.get("batteri")).toBeLessThan(terms.get("lunch")!);
});

test("a question of nothing but chatter is about the turn before it", async () => {
  expect([...(await readQuestion(words, "How long does it take?", "charge the battery")).content.keys()]).toEqual([
    "charg",
    "batteri",
  ]);
  expect([...(await readQuestion(words, "help")).content.keys()]).toEqual(["help"]);
});

test("a misspelt word is put right, and trusted a little less than one that was written so", async () => {
  const { terms, content } = await readQuestion(words, "batery");
  expect([...terms]).toEqual([["batteri", 1]]);
  const written = (await readQuestion(words, "battery")).content.get("batteri")!;
  expect(content.get("batteri")).toBeCloseTo(written * 0.75);
  expect(content.get("batery?")).toBeCloseTo(written * 0.25);
});
