import type { Calculation } from "./calculation.ts";
import { readNumberWords } from "./read-number-words.ts";

const count = String.raw`(?<n>\d+(?:\.\d+)?)(?:-|\s+)(?<thing>\p{L}[\p{L}-]*(?: \p{L}[\p{L}-]*){0,3}?)`;
/** How English says a count of things and asks what they cost, with what is to be looked up of one of them. */
const wordings: [pattern: RegExp, phrase: (groups: Record<string, string>) => string][] = [
  [
    new RegExp(`^(?:what|how much) (?:would|will|do|does) ${count}(?<rest>(?: \\S+)*?) cost(?<more>(?: \\S+)*)$`, "iu"),
    ({ thing, rest, more }) => singular(`cost of each ${thing}${rest}${more}`),
  ],
  [
    new RegExp(`^(?:what|how much) (?:would|will|do|does) (?<what>.+?) cost (?:for|over) ${count}$`, "iu"),
    ({ what, thing }) => `${what} cost per ${singular(thing ?? "")}`,
  ],
  [
    new RegExp(
      `^(?:what|how much) (?:would|will|do|must|should) (?:i|we|you|one) (?:have to |need to )?(?:pay|owe) for ${count}$`,
      "iu",
    ),
    ({ thing }) => singular(`cost per ${thing}`),
  ],
  [
    new RegExp(
      `^(?:what|how much) (?:would|will|do|does|is|are) ${count} (?:cost|come to|be|in total|altogether)\\b[^?]*$`,
      "iu",
    ),
    ({ thing }) => singular(`cost of each ${thing}`),
  ],
  [
    new RegExp(
      `^(?:what is |how much is )?(?:the |a )?(?:total )?(?<what>price|cost|fee|deposit|weight) (?:of|for) ${count}$`,
      "iu",
    ),
    ({ what, thing }) => singular(`${what} of each ${thing}`),
  ],
];
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
  for (const [pattern, phrase] of wordings) {
    const groups = pattern.exec(text)?.groups;
    if (groups) return times(groups["n"], phrase(groups));
  }
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
