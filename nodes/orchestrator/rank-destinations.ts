import { isTroupeError } from "../../errors.ts";
import { classifyText, selectEmbeddings } from "../../models/index.ts";
import { type Destination, destinations } from "./destinations.ts";

/** A destination with how near the question is to it; comparable within one ranking only. */
export interface Ranked {
  destination: Destination;
  score: number;
}

const profiles = Object.entries(destinations).flatMap(([name, { description, examples }]) =>
  [description, ...examples].map((text) => ({ name, description: text })),
);

/**
 * Ranks candidates by how near the question is to their descriptions and examples, the nearest text of each counting:
 * by embeddings where MODEL_EMBED names a model, else by words.
 */
export async function rankDestinations(question: string, candidates: Destination[]): Promise<Ranked[]> {
  const scored = (await scoreByMeaning(question)) ?? classifyText(question, profiles);
  const best = (destination: Destination) =>
    Math.max(0, ...scored.filter(({ name }) => name === destination).map(({ score }) => score));
  return candidates
    .map((destination) => ({ destination, score: best(destination) }))
    .toSorted((a, b) => b.score - a.score);
}

let embedded: { model: string; vectors: number[][] } | undefined;

async function scoreByMeaning(question: string): Promise<{ name: string; score: number }[] | undefined> {
  const embedder = selectEmbeddings();
  if (!embedder) return undefined;
  const { embeddings, model } = embedder;
  try {
    if (embedded?.model !== model) {
      embedded = { model, vectors: await embeddings.embedDocuments(profiles.map(({ description }) => description)) };
    }
    const vector = await embeddings.embedQuery(question);
    return embedded.vectors.map((other, index) => ({
      name: profiles[index]?.name ?? "",
      score: cosine(vector, other),
    }));
  } catch (error) {
    // A provider that is down must not stop a question that words can route.
    if (isTroupeError(error)) return undefined;
    throw error;
  }
}

function cosine(a: number[], b: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b) || 1);
}
