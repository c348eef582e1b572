/** Runs work with a signal that aborts when the time is over or `stop` does, and waits no longer for it than that. */
export async function withDeadline<Result>(
  { ms, what, stop }: { ms: number; what: string; stop: AbortSignal },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  const over = new Error(`${what} did not end within ${ms} ms: its time is the suite's "timeoutMs".`);
  over.name = "TimeoutError";
  const timer = setTimeout(() => ended.abort(over), ms);
  const stopped = () => ended.abort(stop.reason);
  stop.addEventListener("abort", stopped, { once: true });
  const aborted = new Promise<never>((_, reject) => {
    // What is aborted throws an error of its own, which says less.
    ended.signal.addEventListener("abort", () => reject(ended.signal.reason as Error), { once: true });
    if (stop.aborted) stopped();
  });
  try {
    return await Promise.race([aborted, work(ended.signal)]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", stopped);
  }
}
