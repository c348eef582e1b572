const counted = /(?:plus|minus|and|to|from|[+-])\s+\d[\d.,]*\s+(?<unit>\p{L}+)/giu;
const unitOfMeasure =
  /^(?:percent|milliseconds?|ms|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|euros?|dollars?|pounds?|cents?|usd|eur|gbp|chf|kg|g|grams?|kilos?|lbs?|tons?|tonnes?|km|m|cm|mm|metres?|meters?|miles?|feet|inch(?:es)?|litres?|liters?|ml|l|kwh|wh|w|kw|v|a|ah|gb|mb|kb|tb|degrees?|points?|units?|decimals?|places?|digits?)$/i;
const operation = /^(?:of|plus|minus|times|and|or|by|from|to|divided|multiplied|at|in|on|with|for|is|are)$/i;

/** Whether a sum takes a number of things, not of units, for a number: "an impeller plus two seals". */
export const countsThings = (text: string): boolean =>
  [...text.matchAll(counted)].some(({ groups }) => {
    const unit = groups?.["unit"] ?? "";
    return !unitOfMeasure.test(unit) && !operation.test(unit);
  });
