/**
 * The texts at a path of a value, as `store.index.fields` of `langgraph.json` names them: `$` for the whole, else keys with
 * dots between them, `[0]`, `[-1]` and `[*]` for elements of a list, `*` for every value of an object.
 */
export function textsAt(value: unknown, path: string): string[] {
  if (path === "$") return [toText(value)];
  let found: unknown[] = [value];
  for (const [step] of path.matchAll(/\[[^\]]*\]|[^.[\]]+/g)) found = found.flatMap((at) => take(at, step));
  return found.filter((at) => at != null).map(toText);
}

function take(at: unknown, step: string): unknown[] {
  if (typeof at !== "object" || at === null) return [];
  if (step === "*" || step === "[*]") return Object.values(at);
  if (!step.startsWith("[")) return Object.hasOwn(at, step) ? [(at as Record<string, unknown>)[step]] : [];
  return Array.isArray(at) ? [at.at(Number(step.slice(1, -1)))] : [];
}

const toText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
