import { selectEmbeddings } from "../../models/index.ts";
import { scoreByWords } from "./score-by-words.ts";
import { type Destination, destinations } from "./workers.ts";

/** A destination with how near the question is to it; comparable within one ranking only. */
export interface Ranked {
  destination: Destination;
  score: number;
}

const profiles = Object.entries(destinations).flatMap(([destination, { description, examples }]) =>
  [description, ...examples].map((text) => ({ destination: destination as Destination, text })),
);
const texts = profiles.map(({ text }) => text);

/**
 * Ranks candidates by how near the question is to their descriptions and examples, the nearest text of each
 * counting: by embeddings where MODEL_EMBED names a model, else by words.
 */
export async function rankDestinations(question: string, candidates: Destination[]): Promise<Ranked[]> {
  const scores = (await scoreByMeaning(question)) ?? scoreByWords(question, texts);
  const best = new Map<Destination, number>(candidates.map((candidate) => [candidate, 0]));
  for (const [index, { destination }] of profiles.entries()) {
    const score = best.get(destination);
    if (score !== undefined) best.set(destination, Math.max(score, scores[index] ?? 0));
  }
  return [...best].map(([destination, score]) => ({ destination, score })).toSorted((a, b) => b.score - a.score);
}

let embedded: { model: string; vectors: number[][] } | undefined;

async function scoreByMeaning(question: string): Promise<number[] | undefined> {
  const embedder = selectEmbeddings();
  if (!embedder) return undefined;
  const { embeddings, model } = embedder;
  try {
    if (embedded?.model !== model) embedded = { model, vectors: await embeddings.embedDocuments(texts) };
    const vector = await embeddings.embedQuery(question);
    return embedded.vectors.map((other) => cosine(vector, other));
  } catch {
    // A provider that is down must not stop a question that words can route.
    return undefined;
  }
}

function cosine(a: number[], b: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b) || 1);
}
