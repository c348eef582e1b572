import { expect, test } from "vitest";
import type { Passage } from "../../state/finding.ts";
import { citePassages, listSources } from "./cite-passages.ts";

const passage = (source: string, page?: number): Passage => ({
  id: source,
  text: "text",
  source,
  heading_path: [],
  line_start: 3,
  line_end: 9,
  page,
  relevance: 1,
  found_by: ["bm25"],
});
const passages = [passage("a.md"), passage("b.pdf", 2), passage("c.md")];

test("citations come in the order of their first mention, once each; a number without a passage is none", () => {
  const citations = citePassages("Yes [3]. And [1][3], also [2, 1] and [7].", passages);
  expect(citations.map(({ number, source }) => [number, source])).toEqual([
    [3, "c.md"],
    [1, "a.md"],
    [2, "b.pdf"],
  ]);
});

test("the list of sources names file and lines, and the page of a PDF", () => {
  expect(listSources(citePassages("[2][1]", passages))).toBe("Sources:\n[2] b.pdf page 2:3-9\n[1] a.md:3-9");
  expect(listSources([])).toBe("");
});
