import { terms } from "../../retrieval/index.ts";

/** BM25 of a question over a handful of texts, in their order (Robertson and Zaragoza 2009, with k1 1.2 and b 0.75). */
export function scoreByWords(question: string, texts: string[]): number[] {
  const documents = texts.map((text) => terms(text));
  const meanLength = documents.reduce((sum, words) => sum + words.length, 0) / documents.length;
  const query = [...new Set(terms(question))].map((term) => {
    const holding = documents.filter((words) => words.includes(term)).length;
    return { term, weight: Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5)) };
  });
  return documents.map((words) => {
    const length = 0.25 + 0.75 * (words.length / meanLength);
    return query.reduce((sum, { term, weight }) => {
      const count = words.filter((word) => word === term).length;
      return sum + (weight * count * 2.2) / (count + 1.2 * length);
    }, 0);
  });
}
