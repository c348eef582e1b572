import { z } from "zod";
import { readMarks, toPlainText, toWords, withoutSources } from "./answer-text.ts";
import { configurable } from "./configurable.ts";
import { demandDocuments } from "./demand-documents.ts";
import { isAt } from "./is-at.ts";
import { readExpected } from "./read-expected.ts";
import type { ScorerInput } from "./scorer.ts";

/**
 * Whether what is cited is right: every `[n]` of the answer is a citation, every citation's passage stands in a retrieved document of its source,
 * what is quoted before a mark stands in a passage of that mark, and each place of `expected.citations` is cited (`a.md`, or `a.md:10-20` for these lines).
 * `expected.citations: []` expects none. Without an expectation, an answer that cites nothing has nothing to be scored. The score is the
 * share of these claims that hold.
 */
export const citations = configurable<{ passMark: number }>(({ passMark }) => ({
  name: "citations",
  kind: "rule",
  ...(passMark !== undefined && { passMark }),
  score(input: ScorerInput) {
    const { citations: cited, documents } = input.observation;
    const wanted = readExpected(input, "citations", z.array(z.string()));
    if (cited.length > 0) demandDocuments(input.observation);
    const text = withoutSources(input.text);
    const marks = new Set(readMarks(text));
    if (wanted === undefined && marks.size + cited.length === 0) return { score: null };
    const claims: [boolean, string][] = [...marks].map((mark) => [
      cited.some(({ number }) => number === mark),
      `[${mark}] stands for no citation`,
    ]);
    for (const { number, source, text: passage } of cited) {
      const retrieved = documents.some(
        (document) => passage !== "" && (document.source ?? source) === source && document.text.includes(passage),
      );
      claims.push([retrieved, `[${number}] ${source} was not retrieved with this text`]);
    }
    const plain = cited.map((one) => ({ number: one.number, passage: toPlainText(one.text) }));
    for (const { quote, numbers } of readQuotes(text)) {
      const passages = plain.filter(({ number }) => numbers.includes(number)).map(({ passage }) => passage);
      claims.push([
        quote.every((part) => passages.some((passage) => passage.includes(part))),
        `"${quote.join(" … ")}" is not in [${numbers.join(", ")}]`,
      ]);
    }
    for (const place of wanted ?? []) {
      claims.push([cited.some((citation) => isAt(citation, place)), `"${place}" is not cited`]);
    }
    if (wanted?.length === 0) claims.push([marks.size + cited.length === 0, "something is cited"]);
    const wrong = claims.filter(([right]) => !right).map(([, why]) => why);
    const sources = cited.map(({ number, source }) => `[${number}] ${source}`).join(", ");
    if (wrong.length === 0) return { score: 1 };
    return { score: 1 - wrong.length / claims.length, comment: `${wrong.join("; ")}. Cited: ${sources || "nothing"}` };
  },
}));

/** Quotations of three words or more, each with the marks that follow it in its line; what an ellipsis parts stands in parts. */
function readQuotes(text: string): { quote: string[]; numbers: number[] }[] {
  const quotes = text.matchAll(/["“„«]([^"“”„«»\n]{1,1000})["”“»]([^"“”„«»[\n]{0,100}(?:\[[\d,\s]+\]\s*)+)/g);
  return [...quotes].flatMap(([, quoted, after]) => {
    const numbers = readMarks(after!);
    const quote = quoted!
      .split(/…|\.{3}/)
      .map((part) => toPlainText(part).replaceAll(/^[\s.,;:!?]+|[\s.,;:!?]+$/g, ""));
    return numbers.length > 0 && toWords(quoted!).length > 2 ? [{ quote, numbers }] : [];
  });
}
