import type { MarkedText } from "../../models/index.ts";
import type { Finding, Passage } from "../../state/finding.ts";

const mostPassages = 10;

/**
 * Everything that the answer may rest on, as marked blocks: the passages, numbered from 1 in the order of their first
 * finding, then the calculations with the passages that their numbers come from, then what could not be done.
 */
export function collectEvidence(findings: Finding[]): { evidence: MarkedText[]; passages: Passage[] } {
  const found = new Map<string, { passage: Passage; question: string }>();
  const rounds = Math.max(0, ...findings.map(({ passages }) => passages.length));
  for (let rank = 0; rank < rounds; rank += 1) {
    for (const { passages, question } of findings) {
      const passage = passages[rank];
      if (passage && found.size < mostPassages && !found.has(passage.id)) found.set(passage.id, { passage, question });
    }
  }
  const numbers = new Map([...found.keys()].map((id, index) => [id, index + 1]));
  return {
    passages: [...found.values()].map(({ passage }) => passage),
    evidence: [
      ...[...found.values()].map(({ passage, question }, index) => markPassage(passage, question, index + 1)),
      ...findings.flatMap((finding) => markCalculation(finding, numbers)),
      ...findings
        .filter(({ problem, question }) => problem && found.size > 0 && !isAnswered(question, findings))
        .map(({ question, problem }) => ({ kind: "finding" as const, question, text: problem! })),
    ],
  };
}

/** What one worker could not do another one may have done. */
const isAnswered = (question: string, findings: Finding[]) =>
  findings.some((finding) => finding.question === question && !finding.problem);

const markPassage = (passage: Passage, question: string, number: number): MarkedText => ({
  kind: "passage",
  id: String(number),
  source: passage.source,
  lines: `${passage.line_start}-${passage.line_end}`,
  relevance: Math.round(passage.relevance * 100) / 100,
  question,
  text: [passage.heading_path.join(" > "), passage.text].filter(Boolean).join("\n"),
});

function markCalculation({ question, calculation }: Finding, numbers: Map<string, number>): MarkedText[] {
  if (!calculation) return [];
  const origins = calculation.operands
    .filter(({ name }) => name !== "that")
    .map(
      ({ name, value, passage }) =>
        `${name}: ${value}${numbers.has(passage ?? "") ? ` [${numbers.get(passage!)}]` : ""}`,
    );
  const text = `${calculation.expression} = ${calculation.result}${origins.length > 0 ? ` (${origins.join("; ")})` : ""}`;
  return [{ kind: "calculation", question, text }];
}
