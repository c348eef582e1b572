import type { Calculation } from "./calculation.ts";
import { readNumberWords } from "./read-number-words.ts";

const count = String.raw`(?<n>\d+(?:\.\d+)?)(?:-|\s+)(?<thing>\p{L}[\p{L}-]*(?: \p{L}[\p{L}-]*){0,3}?)`;
const costsEach = new RegExp(
  `^(?:what|how much) (?:would|will|do|does) ${count}(?<rest>(?: \\S+)*?) cost(?<more>(?: \\S+)*)$`,
  "iu",
);
const paysFor = new RegExp(
  `^(?:what|how much) (?:would|will|do|must|should) (?:i|we|you|one) (?:have to |need to )?(?:pay|owe) for ${count}$`,
  "iu",
);
const costsOver = new RegExp(
  `^(?:what|how much) (?:would|will|do|does) (?<what>.+?) cost (?:for|over) ${count}$`,
  "iu",
);
const costs = new RegExp(
  `^(?:what|how much) (?:would|will|do|does|is|are) ${count} (?:cost|come to|be|in total|altogether)\\b[^?]*$`,
  "iu",
);
const priceOf = new RegExp(
  `^(?:what is |how much is )?(?:the |a )?(?:total )?(?<what>price|cost|fee|deposit|weight) (?:of|for) ${count}$`,
  "iu",
);
const inTotal = /\b(?:in total|altogether|all together|in all|overall)\b/i;
const counted = new RegExp(`(?<![\\p{L}\\d.,])${count}(?=\\s*(?:[.,;?!]|$|\\b(?:and|at|for|in|how|what)\\b))`, "iu");
const question = /\bhow (?:much|many) (?<what>\p{L}+(?: \p{L}+)?) (?:is|are|does|do|would|will|must|should)\b/iu;

/**
 * Reads a count of things times what one of them takes: "what do 12 seats cost?", "we rent five bikes; how much deposit
 * is that in total?". What one takes is to be looked up.
 */
export function readTotal(message: string): Calculation | undefined {
  const text = readNumberWords(message)
    .trim()
    .replace(/[\s?.!]+$/, "");
  const each = costsEach.exec(text)?.groups;
  if (each) return times(each["n"], singular(`cost of each ${each["thing"]}${each["rest"]}${each["more"]}`));
  const over = costsOver.exec(text)?.groups;
  if (over) return times(over["n"], `${over["what"]} cost per ${singular(over["thing"] ?? "")}`);
  const pays = paysFor.exec(text)?.groups;
  if (pays) return times(pays["n"], singular(`cost per ${pays["thing"]}`));
  const one = costs.exec(text)?.groups ?? priceOf.exec(text)?.groups;
  if (one) return times(one["n"], singular(`${one["what"] ?? "cost"} of each ${one["thing"]}`));
  const numbers = text.match(/\d+/g) ?? [];
  const what = question.exec(text)?.groups?.["what"];
  const { n, thing } = counted.exec(text)?.groups ?? {};
  if (!what || !thing || numbers.length !== 1 || !inTotal.test(text)) return undefined;
  return times(n, `${what} for each ${singular(thing)}`);
}

const times = (n: string | undefined, phrase: string): Calculation => ({
  expression: `${n} * {0}`,
  operands: [{ kind: "lookup", phrase }],
});

/** Puts the first plural of a phrase into the singular, as far as an "s" tells. */
const singular = (phrase: string) => phrase.replace(/(?<=\p{L}{2}[^s\s])s(?=\s|$)/iu, "");
