import type { Unsubscribe } from "./page.ts";

/** What a run's end is to be told to, claimed for one attempt to do so. */
export interface Webhook {
  webhook_id: string;
  run_id: string;
  /** An address, or a path of this server. */
  url: string;
  /** JSON of an object: the run as it ended. */
  payload: string;
  /** 1 for the first. */
  attempt: number;
}

/** What became of an attempt: it arrived, it is tried again at a time in ms since 1970, or it is given up. */
export type WebhookOutcome = { delivered: true } | { retry_at: number } | { failure: string };

/**
 * Webhooks that have not arrived. They are written in the commit that ends their run, so that none is lost, and go once
 * they have arrived, or with their thread.
 */
export interface WebhookStorage {
  /** Takes the one that is due for the longest time, and holds it for `lease_ms`: until then no other process gets it. */
  claim(lease_ms: number): Promise<Webhook | undefined>;
  /** Notes what became of an attempt, unless a later one has begun. One that is given up is kept for a week. */
  settle(webhook: Webhook, outcome: WebhookOutcome): Promise<void>;
  /** When there is something to do next, in ms since 1970. */
  nextDue(): Promise<number | undefined>;
  /** Calls back when `nextDue` may have changed. What another process did is heard within a moment. */
  onDue(listener: () => void): Unsubscribe;
}
