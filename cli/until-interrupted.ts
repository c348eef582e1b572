/** npm hands Ctrl-C on to a script that the terminal has sent it to already: both arrive within a moment. */
const sameKeyPressMs = 300;

/**
 * A signal that is aborted by the first Ctrl-C or SIGTERM, for work that ends in good order. A second one ends the
 * process at once.
 */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  let first = 0;
  const interrupt = () => {
    if (interrupted.signal.aborted && performance.now() - first > sameKeyPressMs) process.exit(130);
    first ||= performance.now();
    interrupted.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return interrupted.signal;
}
