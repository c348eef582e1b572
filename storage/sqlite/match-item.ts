type Compare = (value: unknown, wanted: unknown) => boolean;

const operators: Record<string, Compare> = {
  $eq: (value, wanted) => value === wanted,
  $ne: (value, wanted) => value !== wanted,
  $gt: (value, wanted) => Number(value) > Number(wanted),
  $gte: (value, wanted) => Number(value) >= Number(wanted),
  $lt: (value, wanted) => Number(value) < Number(wanted),
  $lte: (value, wanted) => Number(value) <= Number(wanted),
  $in: (value, wanted) => Array.isArray(wanted) && wanted.includes(value),
  $nin: (value, wanted) => !Array.isArray(wanted) || !wanted.includes(value),
};

/** Whether an item's value passes a filter, by the rules of LangGraph's InMemoryStore; an unknown operator lets nothing pass. */
export function matchItem(
  value: Readonly<Record<string, unknown>>,
  filter: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    const isObject = typeof wanted === "object" && wanted !== null && !Array.isArray(wanted);
    const asked = isObject ? Object.entries(wanted) : [];
    if (asked.length === 0 || !asked.every(([name]) => name.startsWith("$"))) return value[field] === wanted;
    return asked.every(([name, operand]) => operators[name]?.(value[field], operand) ?? false);
  });
}
