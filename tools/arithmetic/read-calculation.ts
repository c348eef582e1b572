import type { Calculation, Operand } from "./calculation.ts";
import { countsThings } from "./counts-things.ts";
import { lendTail, shareTail, standFor } from "./fill-ellipsis.ts";
import { isNounPhrase, quantityNoun } from "./noun-phrase.ts";
import { readComparison } from "./read-comparison.ts";
import { readNumberWords } from "./read-number-words.ts";
import { readTotal } from "./read-total.ts";
import { wordings } from "./wordings.ts";

/** "For the large size, what is half of the price?": what the numbers belong to, and the sentence proper. */
const topicAndRest = /^\s*(?:(?<topic>(?:for|in|on|with|at|under|according to) [^,]{2,80}), )?(?<rest>.*?)\s*$/is;

type Read = (text: string, operands: Operand[]) => string | undefined;

const opening =
  /^(?:(?:and|then|also|so|now|but|please|finally|next)[\s,]+)*(?:(?:can|could|would|will) you (?:please )?)?(?:tell me )?(?:please )?(?:calculate|compute|work out|evaluate|determine|give me|find|(?:what|how much|how many)(?:'s|’s| is| are| was| were| would be| will be)|how (?:much|many) (?:would|will|does|do)|whats)?\s*(?:exactly )?/i;
const closing = /[\s?.!=]+$|,? please[?.!]*$|\s(?:equal|equals|make|come to)\s*[?.!]*$/i;

/**
 * Reads a sentence as arithmetic: "what is 35% of that?", "twice the deposit plus 12", "add 3 to 4".
 * Undefined when any part of it is neither a number, an operation, a reference back nor a plain noun phrase.
 *
 * @example
 * readCalculation("What is 15% of the annual fee?")
 * // { expression: "15% of ({0})", operands: [{ kind: "lookup", phrase: "the annual fee" }] }
 */
export function readCalculation(sentence: string): Calculation | undefined {
  const { topic = "", rest = "" } = topicAndRest.exec(sentence)?.groups ?? {};
  const text = readNumberWords(rest).replace(opening, "").replace(closing, "").replace(closing, "");
  const operands: Operand[] = [];
  const expression = readOperation(text, operands);
  // "An impeller plus two seals": two of a thing are no number where another number has to be looked up.
  if (operands.length > 0 && countsThings(text)) return undefined;
  if (expression === undefined) return readTotal(rest) ?? readComparison(rest);
  for (const operand of operands)
    if (operand.kind === "lookup" && topic) operand.phrase += ` ${topic[0]?.toLowerCase()}${topic.slice(1)}`;
  return { expression, operands };
}

const readOperation: Read = (text, operands) => {
  const read =
    readExpression(text, /[-+*/^×÷·−–(]|\b(?:of|mod)\b/) ?? readSigns(text, operands) ?? readList(text, operands);
  if (read !== undefined) return read;
  for (const { pattern, template, quantities } of wordings) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    const found = [...operands];
    const x = readTerm(lendTail(groups.x ?? "", quantities ? groups.y : undefined), found, quantities);
    const y = groups.y === undefined ? "" : readTerm(standFor(groups.y, groups.x ?? ""), found, quantities);
    if (x === undefined || y === undefined) continue;
    const before = /\bp\b/.test(template) ? slot({ kind: "earlier" }, found) : "";
    operands.splice(0, operands.length, ...found);
    const values: Record<string, string> = { x: `(${x})`, y: `(${y})`, n: groups["n"] ?? "", p: before };
    return template.replace(/\b[xynp]\b/g, (name) => values[name] ?? name);
  }
  return undefined;
};

const lists: [RegExp, string][] = [
  [/^(?:the )?(?:sum|total) of (?<list>.+)$/i, "sum"],
  [/^(?<list>.+),? (?:combined|together|altogether|in total|added together|added up)$/i, "sum"],
  [
    /^(?:what )?(?:do|does) (?<list>.+) (?:come to|add up to|amount to|total|cost)(?: together| in total| altogether| combined)?$/i,
    "sum",
  ],
  [/^(?:the )?(?:average|mean) of (?<list>.+)$/i, "avg"],
  [/^(?:the )?product of (?<list>.+)$/i, "product"],
  [/^(?:the )?(?:smaller|smallest|lower|lowest|minimum) of (?<list>.+)$/i, "min"],
  [/^(?:the )?(?:larger|largest|higher|highest|maximum) of (?<list>.+)$/i, "max"],
];

/** Two or more quantities under one name, as in "the average of 3, 4 and the base rate". */
const readList: Read = (text, operands) => {
  for (const [pattern, name] of lists) {
    const parts = pattern.exec(text)?.groups?.list?.split(/,\s+(?:and\s+)?|\s+and\s+/);
    if (!parts || parts.length < 2) continue;
    const found = [...operands];
    const values = shareTail(parts).map((part) => readTerm(part, found, true));
    if (values.includes(undefined)) continue;
    operands.splice(0, operands.length, ...found);
    return name === "product" ? values.map((value) => `(${value})`).join(" * ") : `${name}(${values.join(", ")})`;
  }
  return undefined;
};

/** Signs between phrases, as in "the monthly fee * 12 + 40": each phrase becomes an operand. */
const readSigns: Read = (text, operands) => {
  const parts = text.split(/(\s[-+*/×÷]\s|[()])/);
  if (!/\s[-+*/×÷]\s/.test(text)) return undefined;
  const read = parts.map((part) => (/^\s[-+*/×÷]\s$|^[()]$|^\s*$/.test(part) ? part : readTerm(part, operands)));
  return read.includes(undefined) ? undefined : read.join("");
};

const earlier =
  /^(?:that|this|it|the (?:result|answer|same)|(?:that|this) (?:number|figure|amount|value|result|total|sum|price|time|duration|one))$/i;
const measured = /^(?:[$€£¥]\s*)?(?<number>[\d.,]*\d\s*%?)\s*(?<unit>[a-z°]+(?: [a-z]+)?)?$/i;

const readTerm = (text: string, operands: Operand[], quantities?: true): string | undefined => {
  const term = text.trim().replace(/^of /i, "");
  if (earlier.test(term)) return slot({ kind: "earlier" }, operands);
  const number = measured.exec(term)?.groups?.number;
  if (number) return number;
  const operation = readOperation(term, operands);
  if (operation !== undefined) return operation;
  const phrase = isNounPhrase(term) && (!quantities || quantityNoun.test(term));
  return phrase ? slot({ kind: "lookup", phrase: term }, operands) : undefined;
};

const slot = (operand: Operand, operands: Operand[]) => `{${operands.push(operand) - 1}}`;

/** Text that is arithmetic already: digits, known function names and at least one sign; a date is not. */
const readExpression = (text: string, sign: RegExp): string | undefined => {
  const bare = text.replace(/[$€£¥]\s*(?=\d)/g, "").trim();
  const arithmetic =
    /^(?:[-+*/^%(),.\d\s×÷·−–]|\b(?:of|mod|percent|sqrt|abs|floor|ceil|round|min|max|sum|avg|e)\b|(?<=\d)e(?=[+-]?\d))+$/i;
  const date = /^\d{4}[-/]\d{1,2}([-/]\d{1,2})?$|^\d{1,2}[-/]\d{1,2}[-/]\d{4}$/;
  return /\d/.test(bare) && sign.test(bare) && arithmetic.test(bare) && !date.test(bare) ? bare : undefined;
};
