const connective = /^(?:and|but|so|also|then|or|what about|how about|what if|why not|same for|in that case)\b/i;
const reference =
  /\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|that|those|these|this|there|one|ones|the (?:same|former|latter|other|others|first|second|result))\b/i;
/** "is it possible", "the form that nobody reads": a pronoun that refers to nothing before it. */
const empty =
  /\b(?:is|was) (?:it|there) (?:possible|necessary|required|allowed|safe|ok|a|an|any)\b|\bthere (?:is|are|was|were)\b|\b(?:is|are|was|were) there\b|\b(?!(?:do|does|did|is|are|was|were|will|would|can|could|should|has|have|of|to|for|in|on|with|by|about|and|than|after|before)\b)\w+ that \w+/gi;
const opening =
  /^(?:what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have|much|many|long|often|the|a|an|for|in|on|to|of)$/i;
const fewestWords = 2;

/** Whether an English question's wording points at something said before it: "and who do the requests go to?". */
export function leansOnEarlier(question: string): boolean {
  const text = question.trim();
  const words = text.match(/[\p{L}\p{N}'’-]+/gu) ?? [];
  const telling = words.filter((word) => !opening.test(word));
  return connective.test(text) || reference.test(text.replace(empty, " ")) || telling.length < fewestWords;
}
