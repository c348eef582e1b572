import { z } from "zod";

/** One run in figures, for the trend: a line of `history.jsonl`. */
export const HistoryLine = z.object({
  run_id: z.string(),
  started_at: z.string(),
  status: z.enum(["complete", "interrupted"]),
  commit: z.string().nullable(),
  models: z.object({ fast: z.string(), smart: z.string(), embed: z.string().nullable() }),
  suites: z.record(
    z.string(),
    z.object({
      pass: z.number(),
      cases: z.number(),
      scorers: z.record(z.string(), z.number()),
      total_tokens: z.number(),
      cost: z.number().nullable(),
      p50_ms: z.number(),
    }),
  ),
});
export type HistoryLine = z.output<typeof HistoryLine>;
