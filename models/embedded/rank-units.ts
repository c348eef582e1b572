import type { MarkedText } from "../marked-text.ts";
import { expectAnswer } from "./expected-answer.ts";
import { namesUnknown } from "./names-unknown.ts";
import { readDefinition, readRequired } from "./read-required.ts";
import { splitUnits, type Unit } from "./split-units.ts";
import { isVague, measureRarity, readStems } from "./words.ts";

/**
 * What a word of the question counts, as a share of its rarity, by where it stands; and what else raises a unit.
 * Found by coordinate search on 472 questions with reference spans; docs/models.md has the figures.
 */
const weights = {
  context: 0.5,
  /** The names of a table's columns say what stands in its rows. */
  rowContext: 0.75,
  before: 0.15,
  after: 0.1,
  passage: 0.2,
  vague: 0.5,
  absent: 0.6,
  pair: 0.1,
  expected: 0.15,
  definition: 0.2,
  code: -0.15,
  otherPart: 0.3,
  place: 0.02,
  word: 0.0005,
  wordBeyondSixty: 0.002,
};

/** A unit of a passage, read once and then ranked for each part of a question. */
export interface Candidate {
  unit: Unit;
  /** The id of its passage. */
  id: string;
  /** The place of its passage: retrieval puts the best first. */
  place: number;
  words: number;
  stems: ReadonlySet<string>;
  pairs: ReadonlySet<string>;
  context: ReadonlySet<string>;
  before: ReadonlySet<string>;
  after: ReadonlySet<string>;
  passage: ReadonlySet<string>;
}

/** A candidate's fitness for one question. */
export interface Ranked {
  candidate: Candidate;
  score: number;
  /** The part of the question's weight that its words, its surroundings and its passage cover, 0 to 1. */
  coverage: number;
  /** The part of the question's weight that each of its own words covers. */
  covers: ReadonlyMap<string, number>;
}

/** Reads every quotable unit of the passages. */
export function readCandidates(passages: readonly MarkedText[]): Candidate[] {
  return passages.flatMap(({ id = "", source = "", heading = "", text }, place) => {
    const units = splitUnits(text, heading);
    const stems = units.map((unit) => readStems(unit.own));
    const passage = new Set(readStems(`${source} ${heading} ${text}`));
    return units.map((unit, at) => ({
      unit,
      id,
      place,
      words: unit.text.split(/\s+/).length,
      stems: new Set(stems[at]),
      pairs: new Set(pairUp(stems[at] ?? [])),
      context: new Set(readStems(unit.context)),
      before: new Set(stems[at - 1]),
      after: new Set(stems[at + 1]),
      passage,
    }));
  });
}

/** One part of a question, with what helps to tell what it is about. */
export interface Asked {
  part: string;
  /** The message's other parts and the questions before it, whose words count less. */
  others: readonly string[];
  /** The questions that it leans on, the newest first: "and for the bike?" asks for what the last one did. */
  earlier: readonly string[];
}

/**
 * Ranks the units by how well they answer one part of a question, best first. Empty when it names something that no
 * passage holds.
 */
export function rankUnits({ part, others, earlier }: Asked, candidates: readonly Candidate[]): Ranked[] {
  const known = new Set(candidates.flatMap(({ passage, context }) => [...passage, ...context]));
  const own = readStems(part);
  // "How soon do I have to do that?" has no words of its own to look for.
  const stems = earlier[0] && !own.some((stem) => known.has(stem)) ? readStems(earlier[0]) : own;
  const asked = new Set(stems);
  if (namesUnknown(part, known)) return [];

  const rarity = measureRarity(candidates.map((candidate) => candidate.stems));
  const weigh = (stem: string) =>
    rarity(stem) * (isVague(stem) ? weights.vague : 1) * (known.has(stem) ? 1 : weights.absent);
  const total = [...asked].reduce((sum, stem) => sum + weigh(stem), 0);
  if (!total) return [];
  const pairs = pairUp(stems);
  const said = new Set(readStems(others.join(" ")).filter((stem) => !asked.has(stem)));
  const expected = expectAnswer(part, earlier);
  const defines = readDefinition(part);

  const rank = (candidate: Candidate): Ranked => {
    const covers = new Map<string, number>();
    let coverage = 0;
    for (const stem of asked) {
      const share = weigh(stem) / total;
      if (candidate.stems.has(stem)) covers.set(stem, share);
      coverage += share * presence(stem, candidate);
    }
    const sharedPairs = pairs.filter((pair) => candidate.pairs.has(pair)).length / Math.max(pairs.length, 1);
    let shared = 0;
    for (const stem of said) shared += (presence(stem, candidate) * rarity(stem)) / total;
    const score =
      coverage +
      weights.pair * sharedPairs +
      weights.otherPart * shared +
      (expected.isIn(candidate.unit.text) ? weights.expected : 0) +
      (defines?.test(candidate.unit.text) ? weights.definition : 0) +
      (candidate.unit.kind === "code" ? weights.code : 0) -
      weights.place * candidate.place -
      weights.word * candidate.words -
      weights.wordBeyondSixty * Math.max(0, candidate.words - 60);
    return { candidate, score, coverage, covers };
  };
  const required = readRequired(part);
  const wantsCode = asksForCode.test(part);
  return candidates
    .filter(({ unit }) => expected.mayBeIn(unit.text) && (wantsCode || unit.kind !== "code"))
    .filter(({ stems: spoken, context }) => required.every((stem) => spoken.has(stem) || context.has(stem)))
    .map(rank)
    .toSorted((a, b) => b.score - a.score);
}

/** How much a word of the question counts for a unit: fully in its text, less in what surrounds it. */
function presence(stem: string, { unit, stems, context, before, after, passage }: Candidate): number {
  if (stems.has(stem)) return 1;
  if (context.has(stem)) return unit.kind === "row" ? weights.rowContext : weights.context;
  if (before.has(stem)) return weights.before;
  if (after.has(stem)) return weights.after;
  return passage.has(stem) ? weights.passage : 0;
}

/** Code shows how to do something; to any other question it repeats words and answers nothing. */
const asksForCode =
  /^(?:and |so )?how (?:do|can|would|should|to)\b|\b(?:command|code|example|snippet|syntax|function|call|curl|flag|option|script|import|variable|define[ds]?)s?\b/i;

const pairUp = (stems: string[]) => stems.slice(1).map((stem, at) => `${stems[at]} ${stem}`);
