import { ReducedValue } from "@langchain/langgraph";
import { z } from "zod";

/** What one turn may use at most; a caller sets its own with the input `{ budget: { steps: 3 } }`. */
export const Budget = z.object({
  /** Rounds of the supervisor. */
  steps: z.number().int().positive().default(8),
  /** Tokens of all model calls, in and out. */
  tokens: z.number().int().positive().default(50_000),
  /** Wall clock. */
  seconds: z.number().positive().default(120),
});
export type Budget = z.output<typeof Budget>;

/** What the turn has used so far; parallel workers add to it. `started_at` is in milliseconds since 1970. */
export const Spent = z.object({ started_at: z.number(), steps: z.number(), tokens: z.number() });
export type Spent = z.output<typeof Spent>;

export const spentChannel = new ReducedValue(Spent.default({ started_at: 0, steps: 0, tokens: 0 }), {
  inputSchema: Spent.partial(),
  reducer: (spent, more) => ({
    started_at: more.started_at ?? spent.started_at,
    steps: spent.steps + (more.steps ?? 0),
    tokens: spent.tokens + (more.tokens ?? 0),
  }),
});
