import { isTroupeError } from "../../errors.ts";
import type { Webhook, WebhookOutcome, WebhookStorage } from "../../storage/storage.ts";
import { isOwnPath } from "./check-webhook.ts";
import type { PostWebhook } from "./post-webhook.ts";

/** How long a receiver has for its answer. */
const timeoutMs = 10_000;
/** How long an attempt holds a webhook where its process dies. */
const leaseMs = 30_000;
const concurrency = 32;
/** The last is made about a day after the first. */
const maxAttempts = 12;
const firstRetryMs = 5_000;
const longestRetryMs = 6 * 3600 * 1000;
/** How long an attempt under way has for its answer when the server closes. */
const closeMs = 1_000;
/** How long the storage is left alone after it failed. */
const restMs = 5_000;
/** The longest that a timer of Node can wait. */
const longestMs = 2 ** 31 - 1;

/**
 * Delivers webhooks as they become due, at least once each: with growing pauses until the receiver answers 2xx, up to
 * twelve times within about a day. 410 ends it at once, as does an address that is not to be sent to. The answer stops it:
 * what has not arrived is sent after the next start.
 */
export function deliverWebhooks({
  webhooks,
  post,
  log,
}: {
  webhooks: WebhookStorage;
  post: PostWebhook;
  log: (message: string, error: unknown) => void;
}): () => Promise<void> {
  /** No more are claimed; a moment later those under way are given up. */
  const stopping = new AbortController();
  const closing = new AbortController();
  const active = new Set<Promise<void>>();
  let looking: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  const isFree = () => active.size < concurrency && !stopping.signal.aborted;

  function wake(): void {
    again = true;
    looking ??= look()
      .catch((error: unknown) => {
        log("Webhooks cannot be claimed.", error);
        arm(Date.now() + restMs);
      })
      .finally(() => {
        looking = undefined;
        if (again && isFree()) wake();
      });
  }

  async function look(): Promise<void> {
    while (again && isFree()) {
      again = false;
      const webhook = await webhooks.claim(leaseMs);
      if (webhook) {
        again = true;
        const done = deliver(webhook).finally(() => {
          active.delete(done);
          wake();
        });
        active.add(done);
      } else {
        arm(await webhooks.nextDue());
      }
    }
  }

  function arm(due: number | undefined): void {
    clearTimeout(timer);
    if (due === undefined || stopping.signal.aborted) return;
    timer = setTimeout(wake, Math.min(Math.max(due - Date.now(), 1), longestMs)).unref();
  }

  async function deliver(webhook: Webhook): Promise<void> {
    try {
      await webhooks.settle(webhook, await attempt(webhook));
    } catch (error) {
      log(`What became of the webhook of the run "${webhook.run_id}" is not stored; it is sent again.`, error);
    }
  }

  async function attempt(webhook: Webhook): Promise<WebhookOutcome> {
    let failure: string;
    let isFinal = webhook.attempt >= maxAttempts;
    try {
      const status = await post(webhook, AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]));
      if (status >= 200 && status < 300) return { delivered: true };
      failure = `It answered ${status}.`;
      isFinal ||= status === 410;
    } catch (error) {
      if (closing.signal.aborted) return { retry_at: Date.now() };
      failure = error instanceof Error ? error.message || error.name : String(error);
      isFinal ||= isTroupeError(error) && error.code === "webhook_refused";
    }
    if (!isFinal) return { retry_at: Date.now() + pauseAfter(webhook.attempt) };
    const message = `The webhook of the run "${webhook.run_id}" to "${placeOf(webhook.url)}" is given up after ${webhook.attempt} attempts.`;
    log(message, failure);
    return { failure };
  }

  const unsubscribe = webhooks.onDue(wake);
  wake();
  return async () => {
    stopping.abort();
    unsubscribe();
    clearTimeout(timer);
    const late = setTimeout(() => closing.abort(), closeMs);
    await looking;
    await Promise.all(active);
    clearTimeout(late);
  };
}

/** From half to the whole of a time that grows fourfold, so that those that failed together do not return together. */
const pauseAfter = (attempt: number): number =>
  Math.round(Math.min(firstRetryMs * 4 ** (attempt - 1), longestRetryMs) * (0.5 + Math.random() / 2));

/** What of an address is no secret. */
const placeOf = (url: string): string => (isOwnPath(url) ? "this server" : new URL(url).host);
