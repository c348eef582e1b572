import { interrupt } from "@langchain/langgraph";
import { z } from "zod";
import { TroupeError } from "../errors.ts";
import type { Effect } from "../storage/storage.ts";
import type { FoundEffects } from "./find-effects.ts";

/** What a person answers who was asked what became of an effect. */
const Answer = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("done"), result: z.unknown().optional() }),
  z.object({ outcome: z.literal("repeat") }),
]);

type Outcome = { isDone: true; result: string | null } | { isDone: false };

/** Reads what became of an effect that had been started before, or interrupts the graph to ask; `isDone: false` has started it again. */
export async function learnOutcome({ effects, effect, task }: FoundEffects, known: Effect): Promise<Outcome> {
  const asks = known.task === task ? known.asks : 0;
  const isOpen = known.status === "asked" && asks > 0;
  // LangGraph hands a task that runs again its answers by their order: those to earlier questions are taken first.
  for (let taken = isOpen ? 1 : 0; taken < asks; taken += 1) interrupt(question(known));
  if (known.status === "finished") return { isDone: true, result: known.result };
  if (!isOpen && !(await effects.ask(known, task, asks + 1))) throw settledElsewhere(known);
  const answer = interrupt<object, z.output<typeof Answer>>(question(known), { responseSchema: Answer });
  if (answer.outcome === "repeat") {
    if (await effects.begin(effect, known)) throw settledElsewhere(known);
    return { isDone: false };
  }
  const result = JSON.stringify(answer.result) ?? null;
  if (!(await effects.finish(known, result))) throw settledElsewhere(known);
  return { isDone: true, result };
}

const question = ({ key, started_at, run_id, attempt }: Effect) => ({
  type: "effect_unknown",
  key,
  started_at,
  run_id,
  attempt,
  message:
    `"${key}" was started at ${started_at} and its process ended before it said whether it was done. Find out whether ` +
    'it was; then resume with { "outcome": "done", "result": … } if it was, or { "outcome": "repeat" } if it was not.',
});

const settledElsewhere = ({ key }: Effect) =>
  new TroupeError("claim_stale", `The outcome of "${key}" was settled elsewhere meanwhile.`, {
    hint: "Run the node again: it finds the outcome.",
  });
