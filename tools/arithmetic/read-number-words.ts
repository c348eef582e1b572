const small = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    .split(" ")
    .map((word, value) => [word, value]),
);
"twenty thirty forty fifty sixty seventy eighty ninety"
  .split(" ")
  .forEach((word, index) => small.set(word, (index + 2) * 10));
const scales = new Map([
  ["hundred", 100],
  ["thousand", 1_000],
  ["million", 1_000_000],
  ["billion", 1_000_000_000],
]);

const word = [...small.keys(), ...scales.keys()].join("|");
const run = new RegExp(
  String.raw`\b(?:a (?=hundred|thousand|million|billion|dozen))?(?:dozen|(?:${word})(?:(?:(?<=hundred|thousand|million|billion)\s+and\s+|[\s-]+)(?:${word}))*)\b`,
  "gi",
);
const scaledDigits = /(\d+(?:\.\d+)?)\s*(thousand|million|billion)\b/gi;

/** Writes English number words as digits: "two hundred and five" becomes "205", "a dozen" "12", "2.5 million" "2500000". */
export function readNumberWords(text: string): string {
  return text
    .replace(scaledDigits, (_, digits: string, scale: string) =>
      String(Number(digits) * scales.get(scale.toLowerCase())!),
    )
    .replace(run, (words) => String(readRun(words.toLowerCase().match(/[a-z]+/g)!)));
}

function readRun(words: string[]): number {
  let total = 0;
  let group = 0;
  for (const name of words) {
    const scale = scales.get(name);
    if (name === "dozen") group = 12;
    else if (scale === 100) group = (group || 1) * 100;
    else if (scale) {
      total += (group || 1) * scale;
      group = 0;
    } else group += small.get(name) ?? 0;
  }
  return total + group;
}
