import { z } from "zod";
import { CheckpointBody, CommandBody, ConfigBody, Id, MetadataBody } from "../check-request.ts";

const StreamMode = z.enum([
  "values",
  "messages",
  "messages-tuple",
  "updates",
  "events",
  "tasks",
  "checkpoints",
  "debug",
  "custom",
  "tools",
]);

/** One of the ways a run may be watched, as the LangGraph API names them. */
export type StreamMode = z.output<typeof StreamMode>;

const nodes = z.union([z.literal("*"), z.array(z.string())]).nullish();

/** The body of every request that makes a run. Unknown fields pass, as the official server lets them. */
export const RunBody = z.looseObject({
  assistant_id: z.string().min(1),
  input: z.unknown().optional(),
  command: CommandBody.nullish(),
  config: ConfigBody.nullish(),
  context: z.unknown().optional(),
  metadata: MetadataBody.nullish(),
  checkpoint: CheckpointBody.nullish(),
  checkpoint_id: Id.nullish(),
  stream_mode: z.union([StreamMode, z.array(StreamMode)]).nullish(),
  stream_subgraphs: z.boolean().nullish(),
  interrupt_before: nodes,
  interrupt_after: nodes,
  on_disconnect: z.enum(["cancel", "continue"]).nullish(),
  /** The last two are what the SDK's types name; they change nothing. */
  on_completion: z.enum(["delete", "keep", "complete", "continue"]).nullish(),
  if_not_exists: z.enum(["reject", "create"]).nullish(),
  durability: z.enum(["sync", "async", "exit"]).nullish(),
  checkpoint_during: z.boolean().nullish(),
  multitask_strategy: z.enum(["reject", "enqueue", "interrupt", "rollback"]).nullish(),
  webhook: z.string().max(2000).nullish(),
  /** About a year at most. */
  after_seconds: z.number().min(0).max(31_536_000).nullish(),
  feedback_keys: z.array(z.string()).nullish(),
  langsmith_tracer: z.looseObject({ project_name: z.string().nullish(), example_id: z.string().nullish() }).nullish(),
});

export type RunBody = z.output<typeof RunBody>;
