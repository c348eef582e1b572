import { stemmer } from "stemmer";

/** Words that say nothing about what a text is about, as they are written. */
const stopWords = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by can
  could did do does doing down during each few for from further get give had has have having he her here hers him his how i
  if in into is it its itself just let me more most my no nor not now of off on once only or other our out over own please
  same she should so some such tell than that the their them then there these they this those through to too under until up
  us very was we were what when where which while who whom whose why will with would you your according many much long often
  mention mentioned say says said tells told afterwards afterward later next still anyway actually exactly currently usually ever yet`.split(
    /\s+/,
  ),
);

/** Words that questions are made of: they tell less than others what a text must be about. */
const vagueWords = new Set(
  `address according amount article bad category concern date deadline describe detail difference different discuss document
  duration emphasize example explain express good happen idea identify important include involve key kind limit list main maximum mean
  meaning mention minimum name need notable note number passage primary provide purpose put reason regard relate role show significance
  significant size specific specifically state text time type various way`
    .split(/\s+/)
    .map((word) => stemmer(word)),
);

/** Words that ask for and name the same property, in any document: each group is compared as one word. */
const sameMeaning = new Map(
  [
    "weight weigh heavy",
    "price cost fee charge",
    "size big large dimension",
    "height tall high",
    "speed fast quick",
    "noise loud volume",
    "temperature hot warm cold",
    "depth deep",
    "width wide",
    "length long",
    "phone telephone",
    "start begin",
    "vacation holiday",
    "buy purchase",
    "delete erase remove",
    "allow permit",
    "year yearly annual annually",
    "month monthly",
    "week weekly",
    "day daily",
    "hour hourly",
  ].flatMap((group) => {
    const [name = "", ...others] = group.split(" ").map((word) => stemmer(word));
    return others.map((other): [string, string] => [other, name]);
  }),
);

/** The words of a text that carry meaning, reduced to their stems (Porter), in order. Numbers keep their decimals. */
export function readStems(text: string): string[] {
  const written = text.match(/\d+(?:[.,]\d+)+|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)?/gu) ?? [];
  return written
    .map((word) =>
      word
        .toLowerCase()
        .replace(/['’]s$/, "")
        .replace(/['’]/g, ""),
    )
    .filter((word) => !stopWords.has(word))
    .map((word) => sameMeaning.get(stemmer(word)) ?? stemmer(word));
}

/** Whether a stem belongs to how a question is put rather than to what it is about. */
export const isVague = (stem: string): boolean => vagueWords.has(stem);

/** How rare each stem is among texts, as BM25 weighs it: log(1 + (n - df + 0.5) / (df + 0.5)). */
export function measureRarity(texts: readonly ReadonlySet<string>[]): (stem: string) => number {
  const counts = new Map<string, number>();
  for (const stems of texts) for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return (stem) => {
    const count = counts.get(stem) ?? 0;
    return Math.log(1 + (texts.length - count + 0.5) / (count + 0.5));
  };
}
