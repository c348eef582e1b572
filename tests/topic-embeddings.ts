import { Embeddings } from "@langchain/core/embeddings";

/** Texts of one topic have one direction, whatever their words; a small rest keeps every text apart from the others. */
const topics = [/leave|vacation|holiday|absence/i, /charge|battery|power|recharge/i, /price|cost|fee/i];

/** An embedding model for tests that knows three topics. It counts its calls, and fails while `broken` is set. */
export class TopicEmbeddings extends Embeddings {
  calls = 0;
  broken: Error | undefined;

  constructor() {
    super({});
  }

  async embedQuery(text: string): Promise<number[]> {
    if (this.broken) throw this.broken;
    return [...topics.map((topic) => (topic.test(text) ? 1 : 0)), 0.01 + (text.length % 97) / 10_000];
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    this.calls += 1;
    return Promise.all(texts.map(async (text) => this.embedQuery(text)));
  }
}
