import { z } from "zod";
import { notInDocuments } from "../../models/index.ts";
import { toPlainText, withoutSources } from "./answer-text.ts";
import { configurable } from "./configurable.ts";
import { readExpected } from "./read-expected.ts";
import { show } from "./show.ts";

const sources =
  "(?:documents?|documentation|sources?|passages?|context|text|knowledge base|manual|handbook|guide|materials?|articles?|help pages?)";

/** What it takes to answer: who cannot deliver to Canada has answered. */
const answering = `(?:know|answer|help|tell|find|share|reveal|disclose|give|provide|assist|say|discuss|comply|confirm|determine|follow (?:that|this|those|these)|do (?:that|this|so)|have (?:any |enough |that |the )?(?:information|access))`;

/** How assistants say that they do not know, or will not, in plain text. */
const refusals = [
  new RegExp(
    `\\bnot (?:in|(?:covered|answered|addressed) (?:by|in)|(?:mentioned|specified|stated|described|found) in|part of) (?:the|these|my|any of the) (?:given |provided )?${sources}\\b(?! (?:folder|directory|list|table|tab|of)\\b)`,
  ),
  new RegExp(
    `\\b(?:${sources}|my (?:knowledge|training|information|data|instructions)) (?:do|does|did) ?(?:not|n't) (?:say|state|mention|contain|cover|include|specify|provide|address|discuss|answer|go into|deal with|tell)\\b`,
  ),
  new RegExp(
    `\\b(?:i|we) (?:do not|don't|cannot|can't|can not|could not|couldn't|will not|won't)(?: be able to)? (?:\\w+ly )?${answering}\\b`,
  ),
  new RegExp(
    `\\b(?:we are|we're|we were) (?:not able|unable|not allowed|not permitted) to (?:\\w+ly )?${answering}\\b`,
  ),
  /\bi (?:cannot|can't|can not|could not|couldn't|will not|won't) (?!be able|wait|stress|emphasi|recommend|thank|imagine|be happier|agree)\w/,
  /\bi (?:do not|don't) have (?!to\b)\w/,
  /\bi (?:(?:have not|haven't) been given|have no way (?:of|to)|am not in a position to)\b/,
  /\b(?:something|anything) i (?:will not|won't|cannot|can't|may not)\b/,
  /\bbeyond the (?:information|documents?|context|text) (?:that )?i\b/,
  new RegExp(`\\bnothing in (?:the|my|these) (?:\\w+ )?${sources}\\b`),
  // What the assistant itself may not, it refuses, whatever it is.
  /\b(?:i am|i'm|i was) (?:not (?:able|allowed|permitted|authori[sz]ed)|unable) to\b/,
  /(?: not|n't) (?:something|anything|a (?:topic|subject|thing)) (?:that )?(?:i|we)\b/,
  /(?: not|n't) (?:possible for|available to) me\b/,
  /\b(?:outside|beyond) (?:of )?(?:what i (?:can|may)|my \w+)\b/,
  /\bi (?:can|may) only (?:help|assist|answer|discuss|talk|speak)\b/,
  new RegExp(
    `\\bno (?:mention|record|details?) (?:of|about|on)\\b[^.!?]*\\bin (?:the|my|these) (?:\\w+ )?${sources}\\b`,
  ),
  /\b(?:this|that|it|answer|information|question) (?:could|can) ?not be (?:found|answered|determined)\b/,
  /\bnothing (?:(?:about|on) (?:this|that|it) )?(?:is|was|could be) (?:found|in)\b/,
  /\bi(?: must| have to|'d rather| would rather|'d better| had better)? (?:\w+ly )?(?:decline|refuse)\b/,
  /\bi(?:'d| would| had) (?:rather|better) not\b/,
  /(?:^|[.!?:,] )(?:can't|cannot|won't) (?:do|share|tell|reveal|disclose|answer) (?:that|this|you)\b/,
  new RegExp(`\\bnone of (?:the|my|these) (?:\\w+ )?${sources}\\b`),
  new RegExp(
    `\\b${sources} (?:\\w+ ){0,3}(?:say|says|have|has|contain|contains) (?:nothing|no (?:entry|mention|record|information))\\b`,
  ),
  /\b(?:i|we) (?:(?:do not|don't|can't|cannot) see (?:any|anything|that|this)|have no (?:\w+ )?(?:information|data|details|knowledge)|lack the)\b/,
  /(?: not|n't) (?:enough|sufficient) (?:information|details|data)\b/,
  /\b(?:no|not enough|insufficient) (?:relevant |further |specific )?(?:information|answer|documents?|passages?) (?:about|on|for|that|was|were|is|to)\b/,
];

/** Who does not know something, but answers all the same. */
const aside = /\bi (?:do not|don't) know (?:which|whether|if|what|how) [^.!?]*?, but /g;

/** Whether an answer says plainly that it does not know or will not. */
export function refuses(text: string, phrases: readonly RegExp[] = []): boolean {
  const said = toPlainText(withoutSources(text)).replaceAll(aside, "");
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
