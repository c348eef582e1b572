import { Embeddings, type EmbeddingsInterface } from "@langchain/core/embeddings";
import type { Config } from "../config.ts";
import { isTroupeError, TroupeError } from "../errors.ts";
import type { ProviderReference } from "./catalog.ts";
import { modelFailed } from "./model-error.ts";
import { openEmbeddings } from "./open-model.ts";
import { refuseForbiddenCall } from "./refuse-forbidden-call.ts";

/** How long a batch of embeddings may take. */
const timeLimit = 120_000;

/** A provider's embeddings, opened at the first call; a failure is `embedding_failed` with a hint. */
export class ProviderEmbeddings extends Embeddings {
  private readonly link: ProviderReference;
  private readonly config: Config;
  private readonly timeLimit: number;
  private opened?: Promise<EmbeddingsInterface>;

  constructor(fields: { link: ProviderReference; config: Config; timeLimit?: number }) {
    super({});
    this.link = fields.link;
    this.config = fields.config;
    this.timeLimit = fields.timeLimit ?? timeLimit;
  }

  override embedDocuments(documents: string[]): Promise<number[][]> {
    return this.call((embeddings) => embeddings.embedDocuments(documents));
  }

  override embedQuery(document: string): Promise<number[]> {
    return this.call((embeddings) => embeddings.embedQuery(document));
  }

  private async call<Value>(ask: (embeddings: EmbeddingsInterface) => Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    // The client's own timeout does not bound a body that stalls.
    const expiry = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${this.timeLimit / 1000} s`)), this.timeLimit);
    });
    try {
      refuseForbiddenCall(this.link, this.config);
      return await Promise.race([this.open().then(ask), expiry]);
    } catch (error) {
      if (isTroupeError(error)) throw error;
      const { message, hint } = modelFailed(this.link, "MODEL_EMBED", error);
      throw new TroupeError("embedding_failed", message, { hint, cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  private open(): Promise<EmbeddingsInterface> {
    return (this.opened ??= openEmbeddings(this.link, this.config));
  }
}
