import { findEffects, type FoundEffects } from "./find-effects.ts";
import { learnOutcome } from "./learn-outcome.ts";

/**
 * Performs a side effect, such as a payment or a mail, at most once for each key of a thread: also when a crash, a retry
 * or a resume runs its node again. Answers what JSON keeps of the result of `fn`, and answers it again to later calls.
 * An effect that had started when its process died interrupts the graph: resume with `{ outcome: "done", result }` or
 * `{ outcome: "repeat" }`. Where `fn` throws, it counts as not done. Throws `effect_without_thread` outside a thread.
 *
 * @example
 * const receipt = await once(`pay ${invoice.id}`, () => bank.pay(invoice));
 */
export async function once<Result>(key: string, fn: () => Result | Promise<Result>): Promise<Result> {
  const found = await findEffects(key);
  const { performing } = found.effects;
  const name = JSON.stringify([found.effect.thread_id, key]);
  const end = performing.get(name) ?? perform(found, fn).finally(() => performing.delete(name));
  performing.set(name, end);
  const result = await end;
  return (result === null ? undefined : JSON.parse(result)) as Result;
}

async function perform(found: FoundEffects, fn: () => unknown): Promise<string | null> {
  const { effects, effect } = found;
  const known = await effects.begin(effect);
  const outcome = known && (await learnOutcome(found, known));
  if (outcome?.isDone) return outcome.result;
  let value: unknown;
  try {
    value = await fn();
  } catch (error) {
    await effects.forget(effect);
    throw error;
  }
  const result = JSON.stringify(value) ?? null;
  await effects.finish(effect, result);
  return result;
}
