import { TroupeError } from "../../errors.ts";
import { editDistance } from "../../retrieval/fix-spelling.ts";
import type { CommonOptions, Subjects } from "./suite-options.ts";

/** Throws `suite_invalid` where a suite has an option that there is none of, with the name that was probably meant: JavaScript says nothing of it. */
export function checkOptions(options: object): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(unknown, name, 2) }))
    .filter(({ distance }) => distance <= 2)
    .toSorted((a, b) => a.distance - b.distance);
  throw new TroupeError("suite_invalid", `A suite has no option "${unknown}".`, {
    hint: nearest ? `Did you mean "${nearest.name}"?` : `It has ${names.join(", ")}.`,
  });
}

const known: Record<keyof (Subjects & CommonOptions), true> = {
  graph: true,
  url: true,
  node: true,
  tool: true,
  retriever: true,
  prompt: true,
  model: true,
  task: true,
  cases: true,
  scorers: true,
  repeat: true,
  deterministic: true,
  threshold: true,
  concurrency: true,
  timeoutMs: true,
  documents: true,
  clock: true,
  user: true,
  maxTurns: true,
  prices: true,
  observe: true,
  setup: true,
};
const names = Object.keys(known);
