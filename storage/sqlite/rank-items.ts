/** Something with the texts or vectors by which it is found. */
export interface Scored<Item> {
  item: Item;
  /** `undefined` where nothing speaks for it. */
  score: number | undefined;
}

/** Orders by score, the highest first; what has none keeps its place behind them. */
export const byScore = <Item>(scored: Scored<Item>[]): Scored<Item>[] =>
  scored.toSorted((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || 0);

/**
 * Scores texts by the words that they share with a query, in 0 to 1: a word counts by how few of the texts have it
 * (inverse document frequency, as in BM25), and by its first six letters, so that "payment" finds "payments".
 */
export function scoreByWords(texts: readonly string[], query: string): (number | undefined)[] {
  const asked = new Set(wordsOf(query));
  const found = texts.map((text) => new Set(wordsOf(text).filter((word) => asked.has(word))));
  const weights = new Map<string, number>();
  for (const word of asked) {
    const count = found.filter((words) => words.has(word)).length;
    weights.set(word, Math.log(1 + (texts.length - count + 0.5) / (count + 0.5)));
  }
  const whole = sum([...weights.values()]);
  return found.map((words) => {
    return words.size > 0 ? sum([...words].map((word) => weights.get(word)!)) / whole : undefined;
  });
}

/** The cosine of two vectors; 0 where one has no length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let index = 0; index < a.length; index++) {
    product += a[index]! * b[index]!;
    lengthA += a[index]! ** 2;
    lengthB += b[index]! ** 2;
  }
  return lengthA > 0 && lengthB > 0 ? product / Math.sqrt(lengthA * lengthB) : 0;
}

const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, 6));

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
