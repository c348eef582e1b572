import { assert, property, uniqueArray, integer } from "fast-check";
import { expect, test } from "vitest";
import { scoreText } from "../../tests/fixtures/score-text.ts";
import { hit, ndcg, precision, recall, reciprocalRank } from "./index.ts";
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
  [recall, [], found(), 1],
  [recall, [], found("x"), 0],
] as [Scorer, object, object, number][])("%o of %o in %o is %d", async (scorer, documents, seen, score) => {
  expect((await scoreText(scorer, { documents }, seen)).score).toBeCloseTo(score, 10);
});

test("two chunks of one expected source count once, and lines tell chunks of a source apart", async () => {
  expect(await scoreText(recall, { documents: ["a", "b"] }, found("a:1", "a:2"))).toMatchObject({ score: 0.5 });
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

test("every metric lies between 0 and 1, and the ideal ranking has 1", async () => {
  const ids = uniqueArray(integer({ min: 0, max: 20 }).map(String), { minLength: 1, maxLength: 8 });
  const scores: Promise<void>[] = [];
  assert(
    property(ids, ids, (relevant, ranked) => {
      for (const scorer of [recall, precision, reciprocalRank, ndcg]) {
        scores.push(
          (async () => {
            const { score } = await scoreText(scorer, { documents: relevant }, found(...ranked));
            expect(score).toBeGreaterThanOrEqual(0);
            expect(score).toBeLessThanOrEqual(1);
          })(),
        );
      }
      scores.push(
        (async () => {
          expect((await scoreText(ndcg, { documents: relevant }, found(...relevant))).score).toBeCloseTo(1, 10);
        })(),
      );
    }),
    { numRuns: 200 },
  );
  await Promise.all(scores);
});
