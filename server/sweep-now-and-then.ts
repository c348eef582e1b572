/** What is to be swept, how often, and who is told when it fails. */
export interface Sweeping {
  sweep: () => Promise<unknown>;
  everyMinutes: number;
  onFailure: (error: unknown) => void;
}

/** Sweeps now and then every so many minutes, never twice at a time. The answer stops it, once a sweep under way is done. */
export function sweepNowAndThen({ sweep, everyMinutes, onFailure }: Sweeping): () => Promise<void> {
  let under: Promise<void> | undefined;
  const start = () => {
    under ??= sweep()
      .catch(onFailure)
      .then(() => (under = undefined));
  };
  const timer = setInterval(start, everyMinutes * 60_000).unref();
  start();
  return async () => {
    clearInterval(timer);
    await under;
  };
}
