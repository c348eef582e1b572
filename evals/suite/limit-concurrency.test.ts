import { expect, test } from "vitest";
import { limitConcurrency } from "./limit-concurrency.ts";

/** Work that begins when it is let, and ends when it is told. */
function makeWork() {
  const begun: number[] = [];
  const gates = [0, 1, 2, 3, 4].map(() => Promise.withResolvers<number>());
  const work = (number: number) => () => {
    begun.push(number);
    return gates[number]!.promise;
  };
  return { begun, gates, work };
}

test("no more than so many run at a time, the others in their order, also behind one that failed", async () => {
  const { begun, gates, work } = makeWork();
  const limit = limitConcurrency(2);
  const [zero, one, two, three] = [0, 1, 2, 3].map((number) => limit(work(number)));
  expect(begun).toEqual([0, 1]);
  gates[1]!.reject(new Error("one"));
  await expect(one).rejects.toThrow("one");
  expect(begun).toEqual([0, 1, 2]);
  gates[0]!.resolve(0);
  expect(await zero).toBe(0);
  const four = limit(work(4));
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const [number, gate] of gates.entries()) gate.resolve(number);
  expect(await Promise.all([two, three, four])).toEqual([2, 3, 4]);
});

test("a place that nobody waited for is free again", async () => {
  const { begun, gates, work } = makeWork();
  const limit = limitConcurrency(1);
  for (const number of [0, 1]) {
    gates[number]!.resolve(number);
    expect(await limit(work(number))).toBe(number);
  }
  const [, next] = [limit(work(2)), limit(work(3))];
  expect(begun).toEqual([0, 1, 2]);
  gates[2]!.resolve(2);
  gates[3]!.resolve(3);
  expect(await next).toBe(3);
});
