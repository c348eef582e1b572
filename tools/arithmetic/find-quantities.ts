/** A number with what it counts: "140 minutes" is `{ value: "140", unit: "minutes" }`, "$24" is `{ value: "24", unit: "$" }`. */
export interface Quantity {
  value: string;
  unit: string;
  /** Where it starts in the text, counted from 0. */
  at: number;
}

const pattern =
  /(?<![\p{L}\p{N}_#]|\d[.:/–-]|\p{L}-)(?<currency>[$€£¥]|(?:USD|EUR|GBP)\s)?\s?(?<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\p{N}_]|[.:/]\d|-\d+-\d)\s?-?(?<percent>%|percent\b|per cent\b)?(?<scale>\s?(?:thousand|million|billion|k|m|bn)\b)?(?:\s?-?(?<unit>[\p{L}°][\p{L}°]*))?/giu;
const scales: Record<string, number> = { thousand: 1e3, k: 1e3, million: 1e6, m: 1e6, billion: 1e9, bn: 1e9 };
const noUnits = new Set(
  "a an and as at by for from if in is of on or per than that the then to until was were when with within".split(" "),
);

/** Finds the quantities of a text; numbers that only name things (list marks, citations, versions, dates, clock times) are left out. */
export function findQuantities(text: string): Quantity[] {
  const quantities: Quantity[] = [];
  for (const match of text.matchAll(pattern)) {
    const { currency, number, percent, scale, unit } = match.groups!;
    const before = text.slice(0, match.index);
    const after = text.slice(match.index + match[0].length);
    if (isLabel(before, number!, text.slice(match.index + match[0].indexOf(number!) + number!.length))) continue;
    const factor = scale && (currency || scale.trim().length > 1) ? scales[scale.trim().toLowerCase()]! : 1;
    const bare = number!.replaceAll(",", "");
    const value = factor === 1 ? bare : String(Number(bare) * factor);
    const word = unit && !noUnits.has(unit.toLowerCase()) ? unit : factor === 1 && scale ? scale.trim() : "";
    quantities.push({
      value: percent ? `${value}%` : value,
      unit: currency?.trim() ?? (percent ? "%" : word),
      at: match.index + match[0].search(/\S/),
    });
    if (after === "") break;
  }
  return quantities;
}

/** "[3]", "2." at the start of a line, "Step 3", "version 2", "May 5, 2024". */
const isLabel = (before: string, number: string, after: string): boolean =>
  (before.endsWith("[") && after.startsWith("]")) ||
  (/(?:^|\n)\s*$/.test(before) && /^[.)]\s/.test(after)) ||
  /\b(?:step|section|chapter|version|figure|table|page|line|part|appendix|article|rule|no|item|phase|level|tier|v)\.? ?$/i.test(
    before,
  ) ||
  /\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? $/i.test(before) ||
  (/^(?:19|20)\d\d$/.test(number) &&
    /\b(?:in|of|since|until|by|from|year|fy|q[1-4]|,) ?$/i.test(before) &&
    !/^\s?[a-z]*(?:s|%)\b/i.test(after));
