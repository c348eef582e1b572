import { readStems } from "../../models/index.ts";
import type { Quantity } from "../../tools/index.ts";

const measures = new Set(
  readStems("price weight size height speed length width depth temperature time rate number amount"),
);

/** How many of the wanted terms a text has; the name of a measure counts half, since it tells less than whose it is. */
export function countShared(text: string, wanted: Set<string>): number {
  const shared = new Set(readStems(text).filter((term) => wanted.has(term)));
  return [...shared].reduce((sum, term) => sum + (measures.has(term) ? 0.5 : 1), 0);
}

/**
 * How much the words around a number are those wanted: one for each in its own part of the statement, and up to one for
 * the nearest. Parts are what "and" and commas divide. Where a later part begins with its number ("a fee of 420 for each
 * car and 160 for each bike"), what stands before the first number is said of all of them.
 */
export function closeness(quantity: Quantity, statement: string, wanted: Set<string>, all: Quantity[]): number {
  const starts = all.map(({ at }, index) => (index === 0 ? 0 : lastDivider(statement, all[index - 1]!.at, at)));
  const index = all.indexOf(quantity);
  const isShared = all.some(({ at }, later) => later > 0 && at - starts[later]! <= longestDivider);
  const start = index === 0 && isShared ? quantity.at : starts[index];
  const own = statement.slice(start, starts[index + 1]);
  const distances = [...statement.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => countShared(word, wanted) > 0)
    .map((word) => Math.min(Math.abs(quantity.at - word.index), Math.abs(quantity.at - word.index - word[0].length)));
  const nearest = distances.length === 0 ? 0 : 1 / (1 + Math.min(...distances) / 20);
  return countShared(own, wanted) + nearest;
}

/** Characters of ", and " with a currency's sign. */
const longestDivider = 8;

function lastDivider(statement: string, start: number, end: number): number {
  const dividers = [
    ...statement.slice(start, end).matchAll(/[,;]\s(?:and\s|or\s|but\s)?|\s(?:and|or|plus|but|while)\s/g),
  ];
  return start + (dividers.at(-1)?.index ?? end - start);
}
