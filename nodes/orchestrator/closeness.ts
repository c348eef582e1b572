import { terms } from "../../retrieval/index.ts";
import type { Quantity } from "../../tools/index.ts";

/** How many of the wanted terms a text has. */
export const countShared = (text: string, wanted: Set<string>): number =>
  new Set(terms(text).filter((term) => wanted.has(term))).size;

/**
 * How much the words around a number are those wanted: one for each in its own part of the statement, and up to one for
 * the nearest. Parts are what "and" and commas divide ("420 for each car and 160 for each bike"); what stands before
 * the first number is said of all of them.
 */
export function closeness(quantity: Quantity, statement: string, wanted: Set<string>, all: Quantity[]): number {
  const index = all.indexOf(quantity);
  const before = all[index - 1]?.at;
  const after = all[index + 1]?.at;
  const start = before === undefined ? quantity.at : lastDivider(statement, before, quantity.at);
  const end = after === undefined ? statement.length : lastDivider(statement, quantity.at, after);
  const distances = [...statement.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => countShared(word, wanted) > 0)
    .map((word) => Math.min(Math.abs(quantity.at - word.index), Math.abs(quantity.at - word.index - word[0].length)));
  const nearest = distances.length === 0 ? 0 : 1 / (1 + Math.min(...distances) / 20);
  return countShared(statement.slice(start, end), wanted) + nearest;
}

function lastDivider(statement: string, start: number, end: number): number {
  const dividers = [...statement.slice(start, end).matchAll(/[,;]\s|\s(?:and|or|plus|but|while)\s/g)];
  return start + (dividers.at(-1)?.index ?? end - start);
}
