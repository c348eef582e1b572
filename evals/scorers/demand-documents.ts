import { TroupeError } from "../../errors.ts";
import type { Observation } from "../suite/observation.ts";

/** Throws `trace_missing` where documents may have been retrieved and none could be seen: a score would tell of the trace, not of the answer. */
export function demandDocuments({ documents, untraced }: Observation): void {
  if (!untraced || documents.length > 0) return;
  throw new TroupeError("trace_missing", "What the graph retrieved was not seen: its server keeps no calls.", {
    hint: "Start the server with TROUPE_TRACE=true, or run the graph in this process: leave the url out.",
  });
}
