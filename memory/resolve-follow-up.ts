/** A question with what it leans on; `context` is empty when the question stands alone. */
export interface ResolvedQuestion {
  question: string;
  context: string;
}

const connective = /^(?:and|but|so|also|then|or|what about|how about|what if|why not|same for|in that case)\b/i;
const reference =
  /\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|that|those|these|this|there|one|ones|the (?:same|former|latter|other|others|first|second|result))\b/i;
/** "is it possible that", "the one that": a pronoun that refers to nothing before it. */
const empty =
  /\b(?:is|was) (?:it|there) (?:possible|necessary|required|allowed|safe|ok|a|an|any)\b|\bthere (?:is|are|was|were)\b|\b(?:is|are|was|were) there\b|\b(?!(?:do|does|did|is|are|was|were|will|would|can|could|should|has|have|of|to|for|in|on|with|by|about|and|than|after|before)\b)\w+ that \w+/gi;
const opening =
  /^(?:what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have|much|many|long|often|the|a|an|for|in|on|to|of)$/i;
const fewestWords = 2;
const longestAnswer = 400;

/**
 * Sees whether a question leans on the turns before it ("and who do the requests go to?") and gives what it leans on:
 * the last turns, the newest first. Works by rule, on the wording alone, for English.
 */
export function resolveFollowUp(question: string, turns: { question: string; answer: string }[]): ResolvedQuestion {
  const last = turns.at(-1);
  if (!last || !leansOnEarlier(question)) return { question, context: "" };
  const before = turns.at(-2);
  const context = [
    last.question,
    last.answer.slice(0, longestAnswer),
    leansOnEarlier(last.question) ? before?.question : "",
  ];
  return { question, context: context.filter(Boolean).join("\n") };
}

/** Whether a question's wording points at something said before it. */
export function leansOnEarlier(question: string): boolean {
  const text = question.trim();
  const words = text.match(/[\p{L}\p{N}'’-]+/gu) ?? [];
  const telling = words.filter((word) => !opening.test(word));
  return connective.test(text) || reference.test(text.replace(empty, " ")) || telling.length < fewestWords;
}
