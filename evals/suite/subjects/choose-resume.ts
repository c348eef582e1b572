import { TroupeError } from "../../../errors.ts";

/** What resumes the interrupts that wait: the answer; of several, a list with one for each, which goes out by their ids. */
export function chooseResume(waiting: readonly { id?: string }[], resume: unknown): unknown {
  if (waiting.length < 2) return resume;
  if (!Array.isArray(resume) || resume.length !== waiting.length) {
    throw new TroupeError("case_invalid", `${waiting.length} interrupts wait, and "resume" does not answer each.`, {
      hint: `Write "resume" as a list of ${waiting.length} answers, in the order of the interrupts.`,
    });
  }
  return Object.fromEntries(waiting.map(({ id }, index) => [id, resume[index] as unknown]));
}
