import type { EvalRun } from "../results/eval-run.ts";

/** One run in figures, for the trend: a line of `history.jsonl`. */
export interface HistoryLine extends Pick<EvalRun, "run_id" | "started_at" | "status"> {
  commit: string | null;
  models: EvalRun["environment"]["models"];
  suites: Record<
    string,
    {
      pass: number;
      cases: number;
      scorers: Record<string, number>;
      total_tokens: number;
      cost: number | null;
      p50_ms: number;
    }
  >;
}
