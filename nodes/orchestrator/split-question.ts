const verbs =
  "calculate|compute|work out|add|subtract|multiply|divide|increase|reduce|round|tell me|give me|show|list|explain|describe|name|find";
const askers =
  "what|how|who|whom|whose|when|where|which|why|is|are|was|were|does|do|did|can|could|should|would|will|has|have";
const amounts = String.raw`twice|double|triple|half|a third|a quarter|\d+(?:\.\d+)?\s*(?:%|percent)`;
const joint = new RegExp(
  String.raw`\s*(?:[,;]\s*(?:and then|and also|and|then)|;|\s(?:and then|and also|and|then))\s+(?=(?:${askers}|${verbs}|${amounts})\b)`,
  "gi",
);
const sentenceEnd = /(?<=[?!]|(?<!\b(?:e\.g|i\.e|vs|etc|no|mr|mrs|dr|approx))\.)\s+(?=[\p{Lu}\d"'“(])/u;

/**
 * Splits a message into the questions that it asks, each in its own words:
 * "How long is the warranty, and what is 10% of that?" gives two. A part too short to ask anything stays with its neighbour.
 */
export function splitQuestion(message: string): string[] {
  return message.trim().split(sentenceEnd).flatMap(splitSentence).filter(Boolean);
}

const splitSentence = (sentence: string): string[] => {
  const parts: string[] = [];
  let start = 0;
  for (const { index, 0: separator } of sentence.matchAll(joint)) {
    const left = sentence.slice(start, index);
    const right = sentence.slice(index + separator.length);
    if (wordCount(left) < 2 || wordCount(right) < 2) continue;
    parts.push(left.trim());
    start = index + separator.length;
  }
  return [...parts, sentence.slice(start).trim()];
};

const wordCount = (text: string) => text.match(/[\p{L}\p{N}%]+/gu)?.length ?? 0;
