import { z } from "zod";

/** One step of a conversation: what the user says, an input for the graph, or the answer to an interrupt. */
export const Turn = z.union(
  [z.string(), z.strictObject({ input: z.unknown() }), z.strictObject({ resume: z.unknown() })],
  { error: 'a turn is a text, { "input": … } or { "resume": … }' },
);
export type Turn = z.output<typeof Turn>;

/** What goes wrong in a case: the `call`-th call (from 1; every one without it) of this tool, model or retriever. */
export const PlannedFault = z.strictObject({
  kind: z.enum(["tool", "model", "retriever"]).default("tool"),
  /** `*` for any. */
  name: z.string().default("*"),
  call: z.number().int().positive().optional(),
  /** Thrown with this message; or, with `answer`, what is answered instead. `delay_ms` comes before either, or alone. */
  error: z.string().optional(),
  answer: z.unknown().optional(),
  delay_ms: z.number().nonnegative().optional(),
});
export type PlannedFault = z.output<typeof PlannedFault>;

/** A case as it stands in a suite or a line of a case file. */
export const EvalCase = z.strictObject({
  /** Stable over time, unique in its suite. Without one it is made of the input. */
  id: z.string().min(1).optional(),
  /** What the subject is given. For a graph a text is the user's message, an object its input. */
  input: z.unknown().optional(),
  /** In place of `input`: several turns on one thread. */
  turns: z.array(Turn).min(1).optional(),
  /** What the scorers compare with, by the name that each of them reads: `answer`, `route`, `tools`, `documents`, … */
  expected: z.record(z.string(), z.unknown()).default({}),
  tags: z.array(z.string()).default([]),
  faults: z.array(PlannedFault).default([]),
  /** `configurable` of the run's config. */
  configurable: z.record(z.string(), z.unknown()).default({}),
  /** A file of recorded calls that answers models, tools and retrievers, relative to the case file or suite. */
  cassette: z.string().optional(),
  /** Seeds `Math.random` within the case, together with its id; 1 unless told. */
  seed: z.number().int().default(1),
  /** For people: why the case is here. */
  note: z.string().optional(),
});
export type EvalCase = z.output<typeof EvalCase> & {
  id: string;
  /** Where it stands: `evals/faq/cases.jsonl:12`, or `evals/faq/faq.eval.ts, case 3`. */
  place: string;
};
/** A case as its author writes it, with everything optional left out: one `input`, or `turns`. */
export type NewEvalCase<Input = unknown> = Omit<z.input<typeof EvalCase>, "input" | "turns"> &
  ({ input: Input; turns?: never } | { turns: Turn[]; input?: never });
