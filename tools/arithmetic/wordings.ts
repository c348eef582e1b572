/** How English says an operation: in each template x and y stand for operands, n for a number as it is written, p for what came before. */
export interface Wording {
  pattern: RegExp;
  template: string;
  /** Words that also compare things without number ("the difference between enqueue and reject"): phrases must name quantities. */
  quantities?: true;
}

const X = "(?<x>.+?)";
const Y = "(?<y>.+?)";
const percent = String.raw`(?<n>\d[\d,.]*\s*(?:%|percent|per cent))`;

/** The wordings of the operations, the loosest binding first. */
export const wordings: Wording[] = (
  [
    [`(?:the )?(?:numeric(?:al)? )?difference between ${X} and ${Y}`, "abs(x - y)", true],
    [`(?:the )?difference in \\p{L}+ between ${X} and ${Y}`, "abs(x - y)"],
    [`(?:the )?ratio of ${X} to ${Y}`, "x / y", true],
    [
      String.raw`(?:the amount )?(?:left|remaining) (?:of|from) ${X} after (?:an? |the )?[$€£]?(?<n>\d[\d.,]*)\b.*`,
      "x - n",
    ],
    [String.raw`${X},? rounded to (?<n>\d+) (?:decimals?|decimal places?|places?|digits?)`, "round(x, n)"],
    [`${X},? rounded(?: off)?(?: to (?:the nearest|a) (?:whole number|integer))?`, "round(x)"],
    [`add ${X} (?:to|and) ${Y}`, "y + x"],
    [`(?:subtract|deduct|take) ${X} from ${Y}`, "y - x"],
    [`multiply ${X} (?:by|with|and) ${Y}`, "x * y"],
    [`divide ${X} by ${Y}`, "x / y"],
    [`(?:increase|raise) ${X} by ${Y}`, "x + y"],
    [`(?:reduce|decrease|lower) ${X} by ${Y}`, "x - y"],
    [`${X},? (?:if )?(?:increased|raised|grown|goes up|grows|rises) by ${Y}`, "x + y"],
    [`${X},? (?:if )?(?:reduced|decreased|lowered|discounted|cut|drops|falls|goes down) by ${Y}`, "x - y"],
    [`${X},? (?:with|after|minus|less) (?:a |an )?${percent} (?:discount|reduction|rebate)`, "x - n"],
    [
      `${X},? (?:with|after|plus|including) (?:a |an )?${percent} (?:increase|tax|vat|surcharge|tip|markup|raise)`,
      "x + n",
    ],
    [`(?:add|plus) ${X}`, "p + x"],
    [`(?:subtract|deduct|minus|take away|take off) ${X}`, "p - x"],
    [`(?:multiply by|times) ${X}`, "p * x"],
    [`divide by ${X}`, "p / x"],
    [`${X} (?:plus|added to) ${Y}`, "x + y"],
    [`${X} minus ${Y}`, "x - y"],
    [`${percent} off(?: of)? ${X}`, "x - n"],
    [`${percent} (?:more|higher|greater|larger|longer) than ${X}`, "x + n"],
    [`${percent} (?:less|lower|fewer|smaller|shorter) than ${X}`, "x - n"],
    [`${X} (?:multiplied by|times) ${Y}`, "x * y"],
    [`${X} (?:divided by|over) ${Y}`, "x / y"],
    [`(?:the )?square root of ${X}`, "sqrt(x)"],
    [`${X} (?:to the power of|raised to) ${Y}`, "x ^ y"],
    [`${X} squared`, "x ^ 2"],
    [`${X} cubed`, "x ^ 3"],
    [`${percent} of ${X}`, "n of x"],
    [`(?:one |a )?half (?:of )?${X}`, "x / 2"],
    [`(?:1|a) (?:third|3rd) of ${X}`, "x / 3"],
    [`2[- ]thirds of ${X}`, "2 * x / 3"],
    [`(?:1|a) (?:quarter|fourth) of ${X}`, "x / 4"],
    [`3[- ](?:quarters|fourths) of ${X}`, "3 * x / 4"],
    [`(?:1|a) fifth of ${X}`, "x / 5"],
    [`(?:1|a) tenth of ${X}`, "x / 10"],
    [`(?:twice|double) ${X}`, "2 * x"],
    [`(?:triple|thrice) ${X}`, "3 * x"],
  ] as [string, string, true?][]
).map(([source, template, quantities]) => ({ pattern: new RegExp(`^${source}$`, "iu"), template, quantities }));
