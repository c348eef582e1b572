import { terms } from "../../retrieval/index.ts";
import type { Quantity } from "../../tools/index.ts";

const money =
  /\b(?:price|cost|fee|charge|salary|budget|deposit|revenue|payment|tax|rent|fine|penalty|expense|paid|pay)\w*\b/i;
const share = /\b(?:percent(?:age)?|rate|share|discount|margin|proportion)\b/i;
const duration = /\b(?:how long|duration|period|time|takes?|wait|delay|deadline|notice|term)\b/i;
const currency = /^(?:[$€£¥]|USD|EUR|GBP|CHF|dollars?|euros?|pounds?|francs?|cents?)$/i;
const durationUnit =
  /^(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?)$/i;

/** How well a quantity's unit fits what is asked for: best when the question names it, less when the question implies its kind. */
export function fitQuantity({ unit }: Quantity, question: string, wanted: Set<string>): number {
  if (unit && terms(unit).some((term) => wanted.has(term))) return 2;
  if (currency.test(unit)) return money.test(question) ? 1.5 : 0;
  if (unit === "%") return share.test(question) ? 1.5 : -0.5;
  return durationUnit.test(unit) && duration.test(question) ? 1.5 : 0;
}
