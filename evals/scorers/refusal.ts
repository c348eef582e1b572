import { notInDocuments } from "../../models/index.ts";
import { configurable } from "./configurable.ts";
import { show } from "./exact.ts";

/** How assistants say that they do not know, or will not. */
const refusals = [
  new RegExp(escape(notInDocuments), "i"),
  /\bnot (?:in|covered by|mentioned in|part of|found in) (?:the|these|my|any of the) (?:documents?|documentation|sources?|passages|knowledge base)\b/i,
  /\bI (?:do not|don't|cannot|can't|am not able to|'m not able to|am unable to|will not|won't) (?:know|answer|help|tell|find|share|reveal|do that|assist|say)\b/i,
  /\b(?:could|can) ?not (?:be )?(?:find|found|answered?|determined?)\b/i,
  /\bno (?:information|answer|document|passage)s? (?:about|on|for|that|was|were|is|to)\b/i,
  /\b(?:there is no question|ask it shorter)\b/i,
];

/**
 * Whether the answer refuses, that is, says plainly that it does not know or will not, as `expected.refusal` (true or false) has it. Found by
 * phrases; `phrases` adds those of an assistant of one's own.
 */
export const refusal = configurable<{ phrases: RegExp[] }>(({ phrases = [] }) => ({
  name: "refusal",
  kind: "rule",
  score({ text, expected }) {
    if (typeof expected.refusal !== "boolean") return { score: null };
    const refuses = [...refusals, ...phrases].some((phrase) => phrase.test(text));
    if (refuses === expected.refusal) return { score: 1 };
    return { score: 0, comment: `${refuses ? "it refuses" : "it answers"}: ${show(text)}` };
  },
}));

function escape(text: string): string {
  return text.replaceAll(/[^\w\s]/g, String.raw`\$&`);
}
