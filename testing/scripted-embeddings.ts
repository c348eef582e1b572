import { createHash } from "node:crypto";
import { Embeddings } from "@langchain/core/embeddings";

export interface ScriptedEmbeddingsOptions {
  /** The vectors by their text, or a function of it; what it leaves undefined gets a default. */
  vectors?: Readonly<Record<string, number[]>> | ((text: string) => number[] | undefined);
  /** 8 unless told. A vector of another length is an error that names its text. */
  dimension?: number;
  /** What the calls throw, in order, `undefined` for nothing. */
  faults?: readonly (Error | undefined)[];
}

/**
 * Embeddings that a test decides on. A text without a vector gets one of length 1 made of its SHA-256: always the same,
 * and like that of no other text, however near in meaning.
 *
 * @example
 * const embeddings = new ScriptedEmbeddings({ vectors: { cat: [1, 0], kitten: [0.9, 0.1] }, dimension: 2 });
 */
export class ScriptedEmbeddings extends Embeddings {
  /** The texts of every call so far, the refused ones included. */
  readonly calls: string[][] = [];
  private readonly options: ScriptedEmbeddingsOptions;

  constructor(options: ScriptedEmbeddingsOptions = {}) {
    super({});
    this.options = options;
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    this.calls.push(texts);
    const fault = this.options.faults?.[this.calls.length - 1];
    if (fault) throw fault;
    return texts.map((text) => this.embed(text));
  }

  override async embedQuery(text: string): Promise<number[]> {
    const [vector] = await this.embedDocuments([text]);
    return vector!;
  }

  private embed(text: string): number[] {
    const { vectors = {}, dimension = 8 } = this.options;
    const told =
      typeof vectors === "function" ? vectors(text) : Object.hasOwn(vectors, text) ? vectors[text] : undefined;
    const vector = told ?? hashToVector(text, dimension);
    if (vector.length === dimension) return vector;
    throw new Error(
      `The vector of "${text.slice(0, 200)}" has ${vector.length} numbers, not the ${dimension} of "dimension".`,
    );
  }
}

function hashToVector(text: string, dimension: number): number[] {
  const numbers = Array.from({ length: dimension }, (_, place) =>
    createHash("sha256").update(`${place} ${text}`).digest().readInt32LE(),
  );
  const length = Math.hypot(...numbers);
  return numbers.map((number) => number / length);
}
