import type { MarkedText } from "../marked-text.ts";
import { expectAnswer } from "./expected-answer.ts";
import { type Asked, type Candidate, type Ranked, rankUnits, readCandidates } from "./rank-units.ts";
import { readStems } from "./words.ts";

/** What the embedded model says when the passages do not answer the question. */
export const notInDocuments = "This is not in the documents.";

/** When no passage is as relevant as this, by retrieval's own measure, the documents do not answer. */
const leastRelevance = 0.25;

/** How much of a question its best quote must cover, with what surrounds it. */
const coverageThreshold = 0.4;

/** The same for a question that leans on an earlier one, of whose few words some only point back. */
const followUpThreshold = 0.3;

/** A further quote must itself cover so much, score so near to the best, and add so much that is not quoted yet. */
const further = { coverage: 0.3, score: 0.6, gain: 0.2 };

const mostQuotes = 3;

/** A piece of a passage that answers, and the passage's id. */
export interface Quote {
  text: string;
  id: string;
}

/**
 * Answers from the passages by quoting: one to three sentences, list items, table rows or whole lists, for each of the
 * questions those that cover it best. `earlier` are the questions that these lean on, the newest first. Empty when the
 * passages do not answer.
 */
export function quoteAnswer(
  questions: readonly string[],
  passages: readonly MarkedText[],
  earlier: readonly string[] = [],
): Quote[] {
  if (passages.every(({ relevance = 1 }) => relevance < leastRelevance)) return [];
  const candidates = readCandidates(passages);
  const parts = new Set(questions.flatMap(splitQuestion));
  const found = [...parts].map((part) => chooseUnits({ part, others: [...parts, ...earlier], earlier }, candidates));
  // Each part's best comes before any part's second.
  const ordered = Array.from({ length: mostQuotes }, (_, rank) => found.flatMap((units) => units[rank] ?? [])).flat();
  return [...new Set(ordered)]
    .slice(0, Math.max(mostQuotes, parts.size))
    .map(({ unit, id }) => ({ text: unit.text, id }));
}

function chooseUnits(asked: Asked, candidates: readonly Candidate[]): Candidate[] {
  const ranked = rankUnits(asked, candidates);
  const best = narrow(ranked);
  const others = ranked.filter((other) => other !== best);
  const least = asked.earlier.length > 0 ? followUpThreshold : coverageThreshold;
  if (!best || best.coverage < least) return [];
  const chosen = [best.candidate];
  const explanation = explain(asked.part, best.candidate, candidates);
  if (explanation) chosen.push(explanation);
  const quoted = new Set(best.covers.keys());
  for (const { candidate, score, coverage, covers } of others) {
    if (chosen.length === mostQuotes || score < best.score * further.score) break;
    const gain = [...covers].reduce((sum, [stem, share]) => sum + (quoted.has(stem) ? 0 : share), 0);
    if (coverage < further.coverage || gain < further.gain) continue;
    chosen.push(candidate);
    for (const stem of covers.keys()) quoted.add(stem);
  }
  return chosen;
}

/** The best unit, or instead of a whole list the one item of it that covers as much. */
function narrow([best, ...others]: readonly Ranked[]): Ranked | undefined {
  if (best?.candidate.unit.kind !== "group") return best;
  const isAsGood = ({ candidate, coverage }: Ranked) =>
    candidate.id === best.candidate.id && candidate.unit.kind === "item" && coverage >= best.coverage;
  return others.find(isAsGood) ?? best;
}

/** The sentence behind one that says what but not why: "Never open it hot. The steam burns." */
function explain(question: string, best: Candidate, candidates: readonly Candidate[]): Candidate | undefined {
  if (!/^why\b/i.test(question) || expectAnswer(question).isIn(best.unit.text)) return undefined;
  const next = candidates[candidates.indexOf(best) + 1];
  return next?.id === best.id && next.unit.kind === "sentence" ? next : undefined;
}

/** The questions within a question: what begins with a question word behind "and" or a question mark. */
function splitQuestion(question: string): string[] {
  const parts = question.split(
    /(?<=\?)\s+|,?\s+and\s+(?=(?:what|who|whom|whose|when|where|which|why|how|is|are|was|were|does|do|did|can)\b)|\s+and\s+(?=(?:the|its|their)\s[^?]*\sof\s)/i,
  );
  return parts.map((part) => part.trim().replace(/[?.!\s]+$/, "")).filter((part) => readStems(part).length > 0);
}
