import fc from "fast-check";
import { expect, test } from "vitest";
import { type ListVersion, readList, type StoredList, storeList } from "./lists.ts";

/** Stores list after list as versions 1, 2, …, each compared with the one before it. */
function storeAll(lists: readonly string[][]): { rows: Map<number, StoredList>; written: ListVersion[] } {
  const rows = new Map<number, StoredList>();
  const written: ListVersion[] = [];
  for (const [index, elements] of lists.entries()) {
    const { stored, list } = storeList(index + 1, elements, written.at(-1));
    rows.set(index + 1, stored);
    written.push(list);
  }
  return { rows, written };
}

const read = (rows: Map<number, StoredList>, version: number): ListVersion =>
  readList(version, rows.get(version)!, (base) => rows.get(base)!);

const growing = (count: number): string[][] =>
  Array.from({ length: count }, (_, n) => Array.from({ length: n + 1 }, (_, index) => `"${index}"`));

test("every version of any sequence of lists reads back as it was written", () => {
  const element = fc.string({ maxLength: 3 }).map((text) => JSON.stringify(text));
  // Each step keeps a prefix of the list before it, and puts new elements behind.
  const step = fc.record({
    keep: fc.double({ min: 0, max: 1, noNaN: true }),
    added: fc.array(element, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const lists: string[][] = [];
      for (const { keep, added } of steps) {
        const before = lists.at(-1) ?? [];
        lists.push([...before.slice(0, Math.ceil(before.length * keep)), ...added]);
      }
      const { rows, written } = storeAll(lists);
      for (const list of written) expect(read(rows, list.version)).toEqual(list);
      expect(written.map(({ elements }) => elements)).toEqual(lists);
    }),
    { numRuns: 50 },
  );
});

test("a list that only grows is written at most twice, and read in 64 rows and one for each milestone", () => {
  const { rows } = storeAll(growing(1_000));
  const elements = [...rows.values()].reduce((sum, { value }) => sum + value.split("\n").length, 0);
  expect(elements).toBeLessThanOrEqual(2_000);
  let reads = 0;
  readList(1_000, rows.get(1_000)!, (base) => {
    reads++;
    return rows.get(base)!;
  });
  expect(reads).toBeLessThanOrEqual(64 + Math.ceil(1_000 / 64));
});

test("a list that shares no prefix stands on its own", () => {
  const { rows } = storeAll([['"a"', '"b"'], ['"c"'], []]);
  expect([...rows.values()].map(({ base }) => base)).toEqual([null, null, null]);
  expect(read(rows, 3).elements).toEqual([]);
});

test("a version never stands on a later one or on itself", () => {
  const { list } = storeList(5, ['"a"'], undefined);
  expect(storeList(5, ['"a"'], list).stored.base).toBeNull();
  expect(storeList(3, ['"a"', '"b"'], list).stored.base).toBeNull();
  expect(storeList(6, ['"a"', '"b"'], list).stored.base).toBe(5);
});
