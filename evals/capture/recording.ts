import { readFile } from "node:fs/promises";
import { z } from "zod";
import { TroupeError } from "../../errors.ts";
import { TurnOutcome } from "./turn-outcome.ts";

/** What a captured cassette holds beside its calls: where it is from, and what the conversation came to. */
export const Recording = z.object({
  thread_id: z.string(),
  graph: z.string(),
  captured_at: z.string(),
  /** What each turn came to. */
  outcomes: z.array(TurnOutcome),
  /** The step of each checkpoint by its id. */
  checkpoints: z.record(z.string(), z.number()),
});
export type Recording = z.output<typeof Recording>;

/** Reads where a captured cassette is from. Throws `cassette_invalid`, also for one that was recorded otherwise. */
export async function readRecording(path: string): Promise<Recording> {
  try {
    return Recording.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new TroupeError("cassette_invalid", `The cassette "${path}" does not say which thread it is from.`, {
      hint: 'Capture the thread with "troupe eval capture": only such a cassette knows what the conversation came to.',
      cause,
    });
  }
}
