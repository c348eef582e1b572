import { setTimeout } from "node:timers/promises";
import type { CallInterceptor } from "../../testing/intercept-calls.ts";
import type { EvalCase, PlannedFault } from "./eval-case.ts";

/** Lets the calls of one trial fail as its case plans: by kind and name, and by their number if one is told. Faults that met one are put among the `met`. */
export function planFaults(faults: readonly PlannedFault[], met: Set<PlannedFault>): CallInterceptor {
  const seen = faults.map(() => 0);
  return async ({ kind, name, signal }) => {
    // Each fault counts for itself, and all of them before the first takes effect.
    const hits = faults.filter((fault, index) => {
      if (fault.kind !== kind || (fault.name !== "*" && fault.name !== name)) return false;
      seen[index]! += 1;
      return fault.call === undefined || fault.call === seen[index];
    });
    for (const hit of hits) met.add(hit);
    for (const { delay_ms, error, answer } of hits) {
      if (delay_ms) await setTimeout(delay_ms, undefined, { signal });
      // Where a planned error was made says nothing.
      if (error !== undefined) throw Object.assign(new Error(error), { stack: "" });
      if (answer !== undefined) return { response: respond[kind](answer) };
    }
    return undefined;
  };
}

/** The calls that faults should have met and did not, with the places of their cases. */
export function findUnmet(
  cases: readonly Pick<EvalCase, "faults" | "place">[],
  met: ReadonlySet<PlannedFault>,
): Record<string, string[]> {
  const unmet: Record<string, string[]> = {};
  for (const { faults, place } of cases) {
    for (const fault of faults.filter((one) => !met.has(one))) {
      const { kind, name, call } = fault;
      const one = name === "*" ? `any ${kind}` : `the ${kind} "${name}"`;
      (unmet[call === undefined ? one : `call ${call} of ${one}`] ??= []).push(place);
    }
  }
  return unmet;
}

/** An answer of its kind: what stands there whole is taken as it is. */
const respond = {
  model: (answer: unknown) => ({
    message: { type: "ai", ...(typeof answer === "string" ? { content: answer } : (answer as object)) },
  }),
  tool: (answer: unknown) => ({ content: answer }),
  retriever: (answer: unknown) => ({
    documents: [answer].flat().map((document: unknown) => ({
      metadata: {},
      ...(typeof document === "string" ? { pageContent: document } : (document as object)),
    })),
  }),
};
