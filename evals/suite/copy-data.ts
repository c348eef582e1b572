/** A copy of what is data, lists and plain objects all the way down; what else is in it, such as a message, is the same. */
export function copyData<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyData) as Value;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyData<unknown>(inner)])) as Value;
}
