import type { Baseline, Gate } from "../gate/gate.ts";
import type { EvalRun } from "../results/eval-run.ts";
import type { HistoryLine } from "./history.ts";

/** What a report is made of. */
export interface Report {
  run: EvalRun;
  gate: Gate;
  baseline?: Baseline;
  /** The runs before, the oldest first, and this one. */
  history: HistoryLine[];
}
