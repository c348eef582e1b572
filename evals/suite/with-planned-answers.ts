import { openCassette } from "../../testing/cassette.ts";
import { type CallInterceptor, interceptCalls } from "../../testing/intercept-calls.ts";
import type { EvalCase, PlannedFault } from "./eval-case.ts";
import type { Observation } from "./observation.ts";
import { planFaults } from "./plan-faults.ts";
import { isLocalModel } from "./sum-usage.ts";

/**
 * Runs the subject's work with the faults and the cassette of a case in the way of its calls, and counts in `seen` the
 * calls of live models that they answer, and those that were recorded and not made; `met` gets the faults that met a call. Throws
 * `cassette_missed`, also where the subject took the miss for a failed tool.
 */
export async function withPlannedAnswers(
  { faults, cassette: path }: Pick<EvalCase, "faults" | "cassette">,
  { seen, met }: { seen: Pick<Observation, "unmade"> & { answered: number }; met: Set<PlannedFault> },
  work: () => Promise<void>,
): Promise<void> {
  const cassette = path === undefined ? undefined : await openCassette(path);
  if (!cassette && faults.length === 0) return work();
  const counted =
    (intercept: CallInterceptor): CallInterceptor =>
    async (call) => {
      // A planned error is an answer as well.
      let name: string | undefined = call.name;
      try {
        const answer = await intercept(call);
        name = answer && (answer.name ?? name);
        return answer;
      } finally {
        if (name !== undefined && call.kind === "model" && !isLocalModel(name)) seen.answered += 1;
      }
    };
  const interceptors = [planFaults(faults, met), ...(cassette ? [cassette.intercept] : [])];
  await interceptCalls(interceptors.map(counted), work).finally(() => {
    if (cassette?.misses[0]) throw cassette.misses[0];
    // What a fault answers, and what would have come without it, is not to be made.
    if (faults.length === 0) seen.unmade = cassette?.unused().map(({ kind, name }) => `the ${kind} "${name}"`);
  });
}
