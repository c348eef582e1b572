import { z } from "zod";
import { notInDocuments } from "../../models/index.ts";
import { toPlainText, withoutSources } from "./answer-text.ts";
import { configurable } from "./configurable.ts";
import { readExpected } from "./read-expected.ts";
import { show } from "./show.ts";

const sources = "(?:documents?|documentation|sources?|passages?|context|text|knowledge base)";

/** What it takes to answer: who cannot deliver to Canada has answered. */
const answering = `(?:know|answer|help|tell|find|share|reveal|disclose|provide|assist|say|discuss|comply|confirm|determine|follow (?:that|this|those|these)|do (?:that|this|so)|have (?:any |enough |that |the )?(?:information|access))`;

/** How assistants say that they do not know, or will not, in plain text. */
const refusals = [
  new RegExp(
    `\\bnot (?:in|covered by|mentioned in|part of|found in) (?:the|these|my|any of the) (?:given |provided )?${sources}\\b(?! (?:folder|directory|list|table|tab|of)\\b)`,
  ),
  new RegExp(
    `\\b${sources} (?:do|does|did) ?(?:not|n't) (?:say|state|mention|contain|cover|include|specify|provide)\\b`,
  ),
  new RegExp(
    `\\b(?:i|we) (?:do not|don't|cannot|can't|can not|could not|couldn't|will not|won't)(?: be able to)? (?:\\w+ly )?${answering}\\b`,
  ),
  new RegExp(
    `\\b(?:i am|i'm|we are|we're|i was|we were) (?:not able|unable|not allowed|not permitted) to (?:\\w+ly )?${answering}\\b`,
  ),
  /\b(?:this|that|it|answer|information|question) (?:could|can) ?not be (?:found|answered|determined)\b/,
  /\bnothing (?:(?:about|on) (?:this|that|it) )?(?:is|was|could be) (?:found|in)\b/,
  /\bi(?: must| have to|'d rather| would rather) (?:decline|refuse|not)\b/,
  /\b(?:no|not enough|insufficient) (?:information|answer|documents?|passages?) (?:about|on|for|that|was|were|is|to)\b/,
];

/** Whether an answer says plainly that it does not know or will not. */
export function refuses(text: string, phrases: readonly RegExp[] = []): boolean {
  const said = toPlainText(withoutSources(text));
  if (said.includes(toPlainText(notInDocuments)) || refusals.some((phrase) => phrase.test(said))) return true;
  return phrases.some((phrase) => text.search(phrase) >= 0);
}

/**
 * Whether the answer refuses, that is, says plainly that it does not know or will not, as `expected.refusal` (true or false) has it. Found by
 * English phrases; `phrases` adds those of an assistant of one's own. An answer that refuses a part counts as one that refuses.
 */
export const refusal = configurable<{ phrases: RegExp[] }>(({ phrases = [] }) => ({
  name: "refusal",
  kind: "rule",
  score(input) {
    const expected = readExpected(input, "refusal", z.boolean());
    if (expected === undefined) return { score: null };
    const refused = refuses(input.text, phrases);
    if (refused === expected) return { score: 1 };
    return { score: 0, comment: `${refused ? "it refuses" : "it answers"}: ${show(input.text)}` };
  },
}));
