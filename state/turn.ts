import { z } from "zod";

/** A turn of the conversation in short: what was asked and answered, and the numbers that "that" may mean next. */
export const Turn = z.object({
  question: z.string(),
  answer: z.string(),
  /** Numbers as written, the most telling first: the result of a calculation, else the quantities quoted. */
  quantities: z.array(z.string()),
});
export type Turn = z.output<typeof Turn>;
