import type { Trial } from "./eval-run.ts";
import { round } from "./round.ts";

/**
 * Why a trial did not pass, a line each: what the subject threw, and the scorers that it did not satisfy, with what they
 * were `before` where that is known.
 */
export function explainTrial({ scores, observation }: Trial, before: Record<string, number> = {}): string[] {
  const { error } = observation;
  const reasons = Object.entries(scores).flatMap(([name, { passed, score, comment, error: thrown }]) => {
    if (passed !== false) return [];
    const was = before[name] === undefined ? "" : ` ${round(before[name])} →`;
    const figure = score === null ? "" : `${was} ${round(score)}`;
    const why = thrown === undefined ? comment : `the scorer threw ${thrown}`;
    return [`${name}${figure}${why ? `: ${why}` : ""}`];
  });
  // Behind a diff a hint would be part of its last line.
  const gap = error?.message.includes("\n") ? "\n" : " ";
  const thrown = error
    ? [
        `${error.name}: ${error.message}${error.place ? ` (${error.place})` : ""}${error.hint ? `${gap}${error.hint}` : ""}`,
      ]
    : [];
  const all = [...thrown, ...reasons];
  return all.length > 0 ? all : ["It ended without the error that the case expects."];
}
