import { z } from "zod";
import { Passage } from "./finding.ts";

/** A passage that the answer cites, by the number that it has there. */
export const Citation = Passage.omit({ relevance: true }).extend({ number: z.number().int() });
export type Citation = z.output<typeof Citation>;
