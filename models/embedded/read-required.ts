import { isVague, readStems } from "./words.ts";

const counting =
  /\bhow many ((?:[\p{L}-]+ ){0,2}?[\p{L}-]+) (?:is|are|do|does|did|can|could|will|may|must|have|has|were|was)\b/iu;

/** Units, and people, whom texts count by many names ("a staff of 40"). */
const measures = new Set(
  readStems(
    "seconds minutes hours days weeks months years times percent people kilometres miles metres euros dollars pounds",
  ),
);

/**
 * The stems without which nothing can answer a question: the things that it counts ("how many seats does it have?") and
 * the numbers of versions and sections ("version 2.3").
 */
export function readRequired(question: string): string[] {
  const [, things = ""] = counting.exec(question) ?? [];
  const counted = readStems(things.split(" ").at(-1) ?? "").filter((stem) => !isVague(stem) && !measures.has(stem));
  const versions = readStems(question).filter((stem) => /^\d+(?:\.\d+)+$/.test(stem));
  return [...counted, ...versions];
}

const asksWhatItIs = /^(?:what|who) (?:is|are) (?:an?\s|the\s)?([\p{L}\p{N} -]{2,40})\W*$/iu;

/** For "what is a checkpoint?", what its definition begins like: "A checkpoint is …". */
export function readDefinition(question: string): RegExp | undefined {
  const [, thing] = asksWhatItIs.exec(question.trim()) ?? [];
  return thing
    ? new RegExp(`^(?:an?\\s|the\\s)?${thing}(?: \\([^)]*\\))? (?:is|are|means?|stands? for)\\b`, "iu")
    : undefined;
}
