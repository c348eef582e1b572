import { readStems } from "../../models/index.ts";
import { findQuantities, type Quantity } from "../../tools/index.ts";

const money =
  /\b(?:price|cost|fee|charge|salary|budget|deposit|revenue|payment|tax|rent|fine|penalty|expense|paid|pay)\w*\b/i;
const share = /\b(?:percent(?:age)?|rate|share|discount|margin|proportion)\b/i;
const duration = /\b(?:how long|duration|period|time|takes?|wait|delay|deadline|notice|term)\b/i;
const currency = /^(?:[$€£¥]|USD|EUR|GBP|CHF|dollars?|euros?|pounds?|francs?|cents?)$/i;
const durationUnit =
  /^(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?)$/i;

/** How well a quantity's unit fits what is asked for: best when the question names it, less when the question implies its kind. */
export function fitQuantity({ unit, at }: Quantity, statement: string, question: string, wanted: Set<string>): number {
  // "The fee for a boat of up to 7 metres" asks for no metres.
  if (unit && findQuantities(question).some((given) => given.unit === unit)) return -1;
  if (unit && readStems(unit).some((term) => wanted.has(term))) return 2;
  if (currency.test(unit)) return money.test(question) ? 1.5 : 0;
  // "monthly_price: 17"
  if (!unit && money.test(statement.slice(0, at).replaceAll("_", " ").split(";").at(-1) ?? ""))
    return money.test(question) ? 1.5 : 0;
  if (unit === "%") return share.test(question) ? 1.5 : -0.5;
  return durationUnit.test(unit) && duration.test(question) ? 1.5 : 0;
}
