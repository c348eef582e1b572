import { z } from "zod";
import type { ThreadTtl } from "../storage/storage.ts";

const minutes = z.number().positive();

/** `checkpointer` of `langgraph.json`: how long threads are kept after their last change, and what becomes of them then. */
export const CheckpointerConfig = z.looseObject({
  ttl: z
    .looseObject({
      strategy: z.enum(["delete", "keep_latest"]).default("delete"),
      /** In minutes, for threads that name no ttl of their own; without it they are kept. */
      default_ttl: minutes.optional(),
      /** A timer of Node goes no further than 24 days. */
      sweep_interval_minutes: minutes.max(35_000).default(5),
    })
    .prefault({}),
});

/** The ttl of a thread that names none of its own. */
export function toDefaultTtl({ ttl }: z.output<typeof CheckpointerConfig>): ThreadTtl | undefined {
  return ttl.default_ttl === undefined ? undefined : { strategy: ttl.strategy, ttl_minutes: ttl.default_ttl };
}
