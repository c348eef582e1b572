/** Finds the numbers of a text, in order, thousands separators taken out. */
export function findNumbers(text: string): number[] {
  const written = text.match(/(?<![\p{L}\d.])-?\d+(?:[,\s]\d{3})*(?:\.\d+)?(?!\p{L}*\d)/gu) ?? [];
  return written.map((number) => Number(number.replace(/[,\s]/g, "")));
}

/** Finds what stands in quotation marks or backticks, in order. */
export function findQuoted(text: string): string[] {
  const quoted = text.matchAll(/"([^"]+)"|“([^”]+)”|`([^`]+)`|(?<!\p{L})'([^']+)'(?!\p{L})/gu);
  return [...quoted].map((match) => match.slice(1).find(Boolean) ?? "");
}

const numeral = String.raw`[$€£]?\d[\d,]*(?:\.\d+)?\s*%?`;
const operator = String.raw`(?:\*\*|[-+*/^×÷−]|\bof\b|\bplus\b|\bminus\b|\btimes\b|\bdivided by\b)`;
const operand = String.raw`(?:[-−]?\s*(?:(?:sqrt|abs|round|min|max|sum|avg)\s*)?\(*\s*)*${numeral}\s*\)*`;
const arithmetic = new RegExp(String.raw`${operand}(?:\s*${operator}\s*${operand})+`, "gi");

/** Finds the longest arithmetic expression that is written out in a text: numbers with operators between them. */
export function findExpression(text: string): string | undefined {
  const found = [...text.matchAll(arithmetic)].map(([expression]) => expression.trim());
  return found.toSorted((a, b) => b.length - a.length)[0];
}
