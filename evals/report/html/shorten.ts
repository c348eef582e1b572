/** How much of a text the page shows. */
const mostText = 20_000;

/** A copy in which very long texts are cut, which is said in their place: the page must open on a phone. */
export function shorten<Value>(value: Value): Value {
  const short = (one: unknown): unknown => {
    if (typeof one === "string" && one.length > mostText) {
      return `${one.slice(0, mostText)}… [cut here; run.json has all ${one.length} characters]`;
    }
    if (Array.isArray(one)) return one.map(short);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, field]) => [key, short(field)]));
  };
  return short(value) as Value;
}
