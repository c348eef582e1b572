import type { EvalRun } from "../results/eval-run.ts";

/** `evals/faq/cases.jsonl:12`: where the case stands, or else the file of the suite; undefined of neither. */
export function placeOf({ suite: name, id }: { suite: string; id?: string }, { suites }: EvalRun): string | undefined {
  const suite = suites.find((one) => one.name === name);
  const place = suite?.cases.find((one) => one.id === id)?.place;
  return place ?? (suite?.file === name ? undefined : suite?.file);
}
