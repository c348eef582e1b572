import { expect, test } from "vitest";
import { runEvalCase } from "../../tests/fixtures/run-eval-case.ts";

const task = () => Math.random();

test("cases of one seed draw numbers of their own, the same in each run, and others in each repeat", async () => {
  const draw = async (id: string, seed?: number) =>
    (await runEvalCase({ task }, { id, input: 1, seed }, { repeat: 20 })).trials.map(
      ({ observation }) => observation.output as number,
    );
  const [one, other, again, seeded] = await Promise.all([draw("a"), draw("b"), draw("a"), draw("a", 2)]);
  expect(again).toEqual(one);
  expect(new Set([...one, ...other, ...seeded]).size).toBe(60);
  const heads = (numbers: number[]) => numbers.map((number) => number < 0.5);
  expect(heads(one)).not.toEqual(heads(other));
});
