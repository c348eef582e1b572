import type { CaseResult, Trial } from "./eval-run.ts";

/** Of the run itself, not of the subject: a call that is in no cassette, or that may not be made. No text in them is what a case meant. */
const ofTheRun: readonly unknown[] = ["cassette_missed", "cassette_invalid", "model_calls_forbidden"];

/**
 * Whether the subject threw what the case expects: nothing, any error (`true`), or one by its code, its name or a part of its message. What keeps the
 * run from going on counts only by its code.
 */
export function endedAsExpected(
  { expected }: Pick<CaseResult, "expected">,
  { error }: Pick<Trial["observation"], "error">,
): boolean {
  const { error: wanted = false } = expected;
  if (!error || wanted === false) return (error !== undefined) === (wanted !== false);
  if (ofTheRun.includes(error.code)) return error.code === wanted;
  if (typeof wanted !== "string") return true;
  return error.code === wanted || error.name === wanted || error.message.includes(wanted);
}
