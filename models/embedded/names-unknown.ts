import { isVague, readStems } from "./words.ts";

const restriction = /\b(?:in|at|on|for|from|since|during)\s+(?:the\s+)?(\p{Lu}[\p{L}\p{N}-]*|\d{4}\b)/gu;
const focus =
  /\bwhich\s+(?:(?:is|are|was|were)\s+)?(?:(?:the|an?|your|our|its|their|my)\s+)?((?:[\p{L}-]+\s+){0,2}?[\p{L}-]+)\s+(?:is|are|was|were|do|does|did|can|could|should|will|would|must|may|has|have|of|for|in|on|at|during|when|if|to)\b/iu;

/**
 * Whether a question asks about something by name that none of the known stems is: a version or an error code ("E21"),
 * a place, edition or year that it restricts itself to ("in Amsterdam"), or the very thing asked for ("which colours").
 */
export function namesUnknown(question: string, known: ReadonlySet<string>): boolean {
  const codes = readStems(question).filter((stem) => /\d/.test(stem) && /\p{L}/u.test(stem));
  const named = [...question.matchAll(restriction)].flatMap(([, name = ""]) => readStems(name));
  if ([...codes, ...named].some((stem) => !known.has(stem))) return true;
  const asked = readStems(focus.exec(question)?.[1] ?? "").filter((stem) => !isVague(stem));
  return asked.length > 0 && !asked.some((stem) => known.has(stem));
}
