import { assert, asyncProperty, constantFrom, dictionary, integer, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { hit, leak, ndcg, precision, recall, reciprocalRank } from "./index.ts";
import type { Scorer } from "./scorer.ts";

const found = (...names: string[]) => ({ documents: names.map((id) => ({ id, text: id, source: id.split(":")[0] })) });

// By hand: the gains 3, 0, 2 at ranks 1, 2, 3 make 3 + 2 / log2(4) = 4; ideally 3 + 2 / log2(3) + 1 / 2 = 4.7619.
test.each([
  [recall({ k: 3 }), ["a", "b", "z"], found("a", "x", "b"), 2 / 3],
  [recall({ k: 1 }), ["a", "b"], found("a", "b"), 0.5],
  [precision({ k: 4 }), ["a", "b"], found("a", "x", "b"), 0.5],
  [hit({ k: 2 }), ["b"], found("a", "x", "b"), 0],
  [reciprocalRank, ["b"], found("a", "b"), 0.5],
  [reciprocalRank, ["z"], found("a", "b"), 0],
  [ndcg({ k: 3 }), { a: 3, b: 2, c: 1 }, found("a", "x", "b"), 4 / (3 + 2 / Math.log2(3) + 0.5)],
  [ndcg, { a: 1 }, found("x", "a"), 1 / Math.log2(3)],
  // The example of pytrec_eval's README: ndcg 0.5 and 0.6934264036172708.
  [ndcg, ["d2"], found("d3", "d1", "d2"), 0.5],
  [ndcg, ["d2", "d3"], found("d1", "d3", "d2"), 0.6934264036172708],
  [recall, [], found(), 1],
  [recall, [], found("x"), 0],
] as [Scorer, object, object, number][])("%o of %o in %o is %d", async (scorer, documents, seen, score) => {
  expect((await scoreText(scorer, { documents }, seen)).score).toBeCloseTo(score, 10);
});

test("two chunks of one expected source count once, and lines tell chunks of a source apart", async () => {
  expect(await scoreText(recall, { documents: ["a", "b"] }, found("a:1", "a:2"))).toMatchObject({ score: 0.5 });
  expect((await scoreText(ndcg, { documents: ["a", "b"] }, found("a:1", "a:2", "b:1"))).score).toBeCloseTo(1, 10);
  const documents = [{ id: "1", text: "", source: "a.md", line_start: 5, line_end: 9 }];
  expect((await scoreText(recall, { documents: ["a.md:9-12"] }, { documents })).score).toBe(1);
  expect(await scoreText(recall, { documents: ["a.md:10-12"] }, { documents })).toMatchObject({
    score: 0,
    comment: "missing a.md:10-12; found a.md",
  });
});

test("a case that expects no documents has no score", async () => {
  expect(await scoreText(ndcg, {}, found("a"))).toEqual({ score: null });
});

test("a chunk that is several expected ones is all of them", async () => {
  const documents = [{ id: "1", text: "", source: "docs/a.md", line_start: 1, line_end: 10 }];
  expect((await scoreText(recall, { documents: ["a.md:1-5", "a.md:6-9"] }, { documents })).score).toBe(1);
  expect((await scoreText(recall, { documents: ["a.md:11"] }, { documents })).score).toBe(0);
});

test("lines are not found in a document that does not tell its own", async () => {
  const documents = [{ id: "1", text: "", source: "a.md" }];
  expect((await scoreText(recall, { documents: ["a.md"] }, { documents })).score).toBe(1);
  expect((await scoreText(recall, { documents: ["a.md:1-5"] }, { documents })).score).toBe(0);
});

test("a k or grades that make no sense are told", async () => {
  expect(() => recall({ k: 0 })).toThrow('"k" of recall is 0.');
  expect(() => recall({ K: 5 } as object)).toThrow('The scorer "recall@5" has no option "K".');
  expect(() => recall(5 as never)).toThrow('The scorer "recall@5" was given 5.');
  expect(() => leak({ secret: ["x"] } as object)).toThrow(
    expect.objectContaining({ code: "suite_invalid", hint: "Its options are an object of: secrets." }),
  );
  await expect(scoreText(ndcg, { documents: { a: -1 } }, found("a"))).rejects.toMatchObject({ code: "case_invalid" });
});

/** As defined, without any of the code under test: the best ranking is the best of all orders. */
function defineMetrics(grades: Record<string, number>, ranking: string[], k: number) {
  const dcg = (order: string[]) =>
    order.slice(0, k).reduce((sum, id, place) => sum + (grades[id] ?? 0) * (Math.LN2 / Math.log(place + 2)), 0);
  const orders = (ids: string[]): string[][] =>
    ids.length < 2
      ? [ids]
      : ids.flatMap((id) => orders(ids.filter((other) => other !== id)).map((rest) => [id, ...rest]));
  const relevant = Object.keys(grades);
  const hits = ranking.slice(0, k).filter((id) => relevant.includes(id));
  const first = ranking.slice(0, k).indexOf(hits[0] ?? "none");
  return {
    recall: hits.length / relevant.length,
    precision: hits.length / k,
    hit: hits.length > 0 ? 1 : 0,
    reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
    ndcg: dcg(ranking) / Math.max(...orders(relevant).map(dcg)),
  };
}

test("every metric is as it is defined, for any grades, ranking and k", async () => {
  const id = constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
  const grades = dictionary(id, integer({ min: 1, max: 3 }), { minKeys: 1, maxKeys: 5 });
  await assert(
    asyncProperty(grades, uniqueArray(id), integer({ min: 1, max: 6 }), async (documents, ranking, k) => {
      const defined = defineMetrics(documents, ranking, k);
      for (const [name, scorer] of Object.entries({ recall, precision, hit, reciprocalRank, ndcg })) {
        const { score } = await scoreText(scorer({ k }), { documents }, found(...ranking));
        expect(score, name).toBeCloseTo(defined[name as keyof typeof defined], 10);
        expect(score).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 300 },
  );
});
