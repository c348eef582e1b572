import type { MarkedText } from "../../models/index.ts";
import type { Finding, Passage } from "../../state/finding.ts";
import { markCalculation, markPassage } from "./mark-evidence.ts";

const mostPassages = 10;

/**
 * Everything that the answer may rest on, as marked blocks: the passages, numbered from 1, each task's best before any
 * task's second; then the calculations with the passages that their numbers come from; then what could not be done.
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
  const marked = [...found.values()].map(({ passage, question }, index) => markPassage(passage, question, index + 1));
  const calculations = findings.flatMap((finding) => markCalculation(finding, numbers));
  const problems = findings.flatMap(({ question, problem }): MarkedText[] =>
    problem && found.size > 0 && !isAnswered(question, findings) ? [{ kind: "finding", question, text: problem }] : [],
  );
  return {
    passages: [...found.values()].map(({ passage }) => passage),
    evidence: [...marked, ...calculations, ...problems],
  };
}

/** What one worker could not do another one may have done. */
const isAnswered = (question: string, findings: Finding[]) =>
  findings.some((finding) => finding.question === question && !finding.problem);
