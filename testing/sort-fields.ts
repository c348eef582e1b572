/** A replacer for `JSON.stringify` under which objects that are equal are the same text: the fields of each by their names. */
export function sortFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
