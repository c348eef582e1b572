import type { CaseResult, Trial } from "./eval-run.ts";

/** Whether the subject threw what the case expects: nothing, any error (`true`), or one by its code, its name or a part of its message. */
export function endedAsExpected(
  { expected }: Pick<CaseResult, "expected">,
  { error }: Pick<Trial["observation"], "error">,
): boolean {
  const { error: wanted = false } = expected;
  if (!error || wanted === false) return (error !== undefined) === (wanted !== false);
  if (typeof wanted !== "string") return true;
  return error.code === wanted || error.name === wanted || error.message.includes(wanted);
}
