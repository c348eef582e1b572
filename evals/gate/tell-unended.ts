import type { SuiteResult } from "../results/eval-run.ts";

const mostNames = 10;

/** Which cases had begun and did not end, as a sentence behind another: one of them may be what held the others up. */
export function tellUnended(suites: readonly SuiteResult[]): string {
  const names = suites.flatMap(({ name, unended = [] }) =>
    unended.map((id) => (suites.length > 1 ? `${name} > ${id}` : id)),
  );
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  return names.length > 0 ? ` Begun and not ended: ${names.slice(0, mostNames).join(", ")}${more}.` : "";
}
