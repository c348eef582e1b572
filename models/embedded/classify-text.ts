import { findExpression } from "./find-values.ts";
import { measureRarity, readStems } from "./words.ts";

/** Something a text can be put under: its name, and everything that describes it. */
export interface Label {
  name: string;
  description: string;
}

/** How well a label fits a text. */
export interface RankedLabel {
  name: string;
  /** Above 0 when at least one word is shared. */
  score: number;
  /** The text's words that the label's description shares, as stems. */
  shared: string[];
}

/**
 * Ranks labels by how near their names, descriptions and examples are to a text, best first: BM25 over stemmed words,
 * the name counting twice. A written-out calculation also counts as the words that describe one.
 */
export function classifyText(text: string, labels: readonly Label[]): RankedLabel[] {
  const asked = new Set([...readStems(text), ...describeSigns(text)]);
  const documents = labels.map(({ name, description }) => {
    const words = readStems(name.replaceAll("_", " "));
    return [...words, ...words, ...readStems(description)];
  });
  const rarity = measureRarity(documents.map((stems) => new Set(stems)));
  const average = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(documents.length, 1) || 1;
  const ranked = labels.map(({ name }, at): RankedLabel => {
    const stems = documents[at] ?? [];
    const shared = [...asked].filter((stem) => stems.includes(stem));
    const score = shared.reduce((sum, stem) => {
      const frequency = stems.filter((other) => other === stem).length;
      const saturation = frequency + 1.2 * (0.25 + (0.75 * stems.length) / average);
      return sum + (rarity(stem) * frequency * 2.2) / saturation;
    }, 0);
    return { name, score, shared };
  });
  return ranked.toSorted((a, b) => b.score - a.score);
}

/** What a label's description says about signs, in words. */
function describeSigns(text: string): string[] {
  const said = [
    text.includes("%") ? "percent percentage" : "",
    findExpression(text) ? "calculate calculation arithmetic compute" : "",
  ];
  return readStems(said.join(" "));
}
