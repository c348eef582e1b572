import { isTroupeError } from "../../errors.ts";
import type { Claim, SpanStorage } from "../../storage/storage.ts";
import { TraceHandler } from "../trace/trace-handler.ts";

/**
 * Keeps what a run asks of models, tools and retrievers. Each call is handed to the storage when it ends, before its node
 * returns: a node whose result was committed has its calls committed too. A trace that cannot be kept is told once and
 * stops no run.
 */
export function traceRun(
  spans: SpanStorage,
  claim: Claim,
  log: (message: string, error: unknown) => void,
): TraceHandler {
  let failed = false;
  return new TraceHandler({
    nodes: false,
    onSpan(span) {
      if (span.kind === "node") return;
      spans.append(claim, [span]).catch((error: unknown) => {
        // A node that did not heed its signal goes on in vain.
        const isStale = isTroupeError(error) && error.code === "claim_stale";
        if (!failed && !isStale) log(`The trace of the run "${claim.run_id}" is not kept whole.`, error);
        failed = true;
      });
    },
  });
}
