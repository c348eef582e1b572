/** A limit on waiting: aborts `signal` when nothing renewed it for so long, or when the caller's own signal aborts. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** Whether the time ran out, as opposed to the caller giving up. */
  readonly expired: boolean;
  /** Starts the wait anew. */
  renew(): void;
}

/** Starts a deadline; whoever starts one disposes it. */
export function startDeadline(milliseconds: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(new Error(`no answer within ${milliseconds} ms`));
  }, milliseconds).unref();
  return {
    signal: parent ? AbortSignal.any([parent, controller.signal]) : controller.signal,
    get expired() {
      return expired;
    },
    renew: () => void timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
