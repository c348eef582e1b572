import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import type { AssistantStorage } from "./port/assistants.ts";
import type { Claim } from "./port/claim.ts";
import type { CronStorage } from "./port/crons.ts";
import type { EffectStorage } from "./port/effects.ts";
import type { EventStorage } from "./port/events.ts";
import type { RunStorage } from "./port/runs.ts";
import type { RunSaverOptions } from "./port/saver.ts";
import type { StorageSize, WholeStorageSize } from "./port/size.ts";
import type { SpanStorage } from "./port/spans.ts";
import type { ItemStore } from "./port/store.ts";
import type { ThreadStorage } from "./port/threads.ts";
import type { WebhookStorage } from "./port/webhooks.ts";

export type * from "./port/assistants.ts";
export type * from "./port/claim.ts";
export type * from "./port/crons.ts";
export type * from "./port/effects.ts";
export type * from "./port/events.ts";
export type * from "./port/filters.ts";
export type * from "./port/page.ts";
export type * from "./port/runs.ts";
export type * from "./port/saver.ts";
export type * from "./port/size.ts";
export type * from "./port/spans.ts";
export type * from "./port/store.ts";
export type * from "./port/threads.ts";
export type * from "./port/webhooks.ts";

/**
 * The one door to what the server keeps: assistants, threads, runs, their events and checkpoints.
 * Rows carry the wire's field names. Every method may throw `TroupeError`; none retries by itself.
 * A promise resolves only once its change is committed. Who opens a storage closes it.
 */
export interface Storage {
  readonly assistants: AssistantStorage;
  readonly threads: ThreadStorage;
  readonly runs: RunStorage;
  readonly events: EventStorage;
  /** What traced runs asked of models, tools and retrievers. */
  readonly spans: SpanStorage;
  readonly webhooks: WebhookStorage;
  readonly crons: CronStorage;
  /** The saver for work outside a run: reading state, updating it by hand. */
  readonly checkpointer: BaseCheckpointSaver;
  /** The saver of one claimed run: stamps its `run_id` into metadata and throws `claim_stale` once a later attempt holds the run. */
  checkpointerFor(claim: Claim, options?: RunSaverOptions): BaseCheckpointSaver;
  /** What graphs keep between threads. */
  readonly store: ItemStore;
  /** Side effects, as `once` records them: of one claimed run, whose starts throw `claim_stale` as above, or of work outside a run. */
  effectsFor(claim?: Claim): EffectStorage;
  /** What is kept, quickly: fit to be asked for again and again. */
  size(): Promise<StorageSize>;
  /** The same with what takes a look at every row. */
  wholeSize(): Promise<WholeStorageSize>;
  /** Gives all free space back to the disk. */
  compact(): Promise<void>;
  close(): Promise<void>;
}
