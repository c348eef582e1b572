import type { Citation } from "../../state/citation.ts";
import type { Passage } from "../../state/finding.ts";

/** The passages that an answer cites, in the order of their first `[n]`; numbers that stand for no passage are left out. */
export function citePassages(answer: string, passages: Passage[]): Citation[] {
  const numbers = new Set(
    [...answer.matchAll(/\[(\d+(?:\s*,\s*\d+)*)\]/g)].flatMap(([, list]) => list!.split(",").map(Number)),
  );
  return [...numbers].flatMap((number) => {
    const passage = passages[number - 1];
    if (!passage) return [];
    const { relevance: _, ...place } = passage;
    return [{ number, ...place }];
  });
}

const heading = "Sources:";

/** An answer without the list of its sources. */
export const withoutSources = (text: string): string => text.split(`\n\n${heading}\n`)[0] ?? "";

/** The list below an answer: `[1] docs/a.md:3-10`, with the page for a PDF. */
export function listSources(citations: Citation[]): string {
  if (citations.length === 0) return "";
  const lines = citations.map(({ number, source, page, line_start, line_end }) => {
    const place = `${source}${page === undefined ? "" : ` page ${page}`}:${line_start}-${line_end}`;
    return `[${number}] ${place}`;
  });
  return [heading, ...lines].join("\n");
}
