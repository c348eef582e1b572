import type { DocumentStorage } from "../storage/documents.ts";
import { fixSpelling } from "./fix-spelling.ts";
import { isChatter } from "./stop-words.ts";
import { type Token, tokenize } from "./tokenize.ts";

/** A question as search understands it. */
export interface Question {
  /** The weight of each index term in ranking: 1 each time the question says it, less for a word of an earlier turn. */
  terms: Map<string, number>;
  /** What the question is about, and how much of it each term tells: by its rarity in the documents, see `relevance`. */
  content: Map<string, number>;
}

/** What a word of an earlier turn weighs in ranking. */
const contextWeight = 0.3;

/**
 * What all words of earlier turns tell together, measured by those of the question. Too little for a passage to
 * count as an answer that has them all and none of the question's own.
 */
const contextShare = 0.5;

/** How sure it is that a word that was put right is the word that was meant. */
const spellingTrust = 0.75;

/** Reads a question, with the words of earlier turns beside it, in the light of what the documents hold. */
export async function readQuestion(
  documents: Pick<DocumentStorage, "count" | "countChunksWith" | "words">,
  query: string,
  context = "",
): Promise<Question> {
  const asked = await spell(documents, [...tokenize(query)]);
  const earlier = withoutChatter([...tokenize(context)]);
  const terms = new Map<string, number>();
  for (const term of termsOf(asked)) terms.set(term, (terms.get(term) ?? 0) + 1);
  const added = [...new Set(termsOf(earlier))].filter((term) => !terms.has(term));
  const about = withoutChatter(asked);
  for (const term of added) terms.set(term, about.length > 0 ? contextWeight : 1);

  const rarity = await rarityOf(documents, [...terms.keys()]);
  const content = new Map<string, number>();
  // A question made of nothing but chatter ("help") is about what was said before, else about its chatter.
  for (const { terms: own, instead } of about.length > 0 || added.length > 0 ? about : asked) {
    for (const term of own) content.set(term, rarity.get(term)! * (instead ? spellingTrust : 1));
    if (instead) content.set(`${instead}?`, rarity.get(own[0]!)! * (1 - spellingTrust));
  }
  const asksFor = sum(content.values());
  const adds = sum(added.map((term) => rarity.get(term)!));
  const share = asksFor > 0 ? Math.min(1, (contextShare * asksFor) / adds) : 1;
  for (const term of added) content.set(term, share * rarity.get(term)!);
  return { terms, content };
}

const withoutChatter = <Word extends Token>(tokens: Word[]) => tokens.filter(({ word }) => !isChatter(word));

const termsOf = (tokens: Token[]) => tokens.flatMap(({ terms }) => terms);

const sum = (numbers: Iterable<number>) => Iterator.from(numbers).reduce((total, number) => total + number, 0);

/** Puts right the words that no document has; `instead` is what was written. */
async function spell(
  documents: Pick<DocumentStorage, "countChunksWith" | "words">,
  tokens: Token[],
): Promise<(Token & { instead?: string })[]> {
  const known = await documents.countChunksWith(termsOf(tokens));
  const spelt: (Token & { instead?: string })[] = [];
  for (const token of tokens) {
    const isRight = isChatter(token.word) || token.terms.some((term) => known.has(term));
    const fixed = isRight ? undefined : await fixSpelling(documents, token.word);
    spelt.push(...(fixed ? tokenize(fixed).map((other) => ({ ...other, instead: token.word })) : [token]));
  }
  return spelt;
}

async function rarityOf(
  documents: Pick<DocumentStorage, "count" | "countChunksWith">,
  terms: string[],
): Promise<Map<string, number>> {
  const [frequencies, { chunks }] = await Promise.all([documents.countChunksWith(terms), documents.count()]);
  return new Map(
    terms.map((term) => {
      const frequency = frequencies.get(term) ?? 0;
      return [term, Math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5))];
    }),
  );
}
