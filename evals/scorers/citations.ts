import { configurable } from "./configurable.ts";
import type { ScorerInput } from "./scorer.ts";

/**
 * Whether what is cited is right: every `[n]` of the answer is a citation, every citation's text was among the retrieved
 * documents, and each source of `expected.citations` is cited (`a.md`, or `a.md:10-20` for these lines). `expected.citations: []`
 * expects none. Without an expectation, an answer without a mark has nothing to be scored.
 */
export const citations = configurable<{ passMark: number }>(({ passMark }) => ({
  name: "citations",
  kind: "rule",
  ...(passMark !== undefined && { passMark }),
  score({ observation, text, expected }: ScorerInput) {
    const { citations: cited, documents } = observation;
    const wanted = expected.citations as string[] | undefined;
    const marks = new Set(readMarks(text));
    if (wanted === undefined && marks.size + cited.length === 0) return { score: null };
    const claims: [boolean, string][] = [...marks].map((mark) => [
      cited.some(({ number }) => number === mark),
      `[${mark}] stands for no citation`,
    ]);
    for (const { number, source, text: passage } of cited) {
      const retrieved = documents.some(
        (document) => document.text.includes(passage) || passage.includes(document.text),
      );
      claims.push([retrieved, `[${number}] ${source} was not retrieved`]);
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

/** The numbers of `[1]` and `[1, 2]` in an answer, without the list of sources below it. */
export const readMarks = (text: string): number[] =>
  [...withoutSources(text).matchAll(/\[(\d+(?:\s*,\s*\d+)*)\]/g)].flatMap(([, numbers]) =>
    numbers!.split(",").map(Number),
  );

/** An answer without the list of its sources. */
export const withoutSources = (text: string): string => text.split(/\n\n(?:Sources|References):\n/)[0] ?? "";

/** Whether something stands in a source, `a.md`, or overlaps lines of it, `a.md:10-20`. */
export function isAt(
  one: { id?: string; source?: string; line_start?: number; line_end?: number },
  place: string,
): boolean {
  if (one.source === place || one.id === place) return true;
  const [, source, from, to = from] = /^(.+):(\d+)(?:-(\d+))?$/.exec(place) ?? [];
  if (source === undefined || one.source !== source) return false;
  return Number(from) <= (one.line_end ?? Infinity) && Number(to) >= (one.line_start ?? 0);
}
