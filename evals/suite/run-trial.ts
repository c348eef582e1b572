import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { readConfig } from "../../config.ts";
import { TraceHandler } from "../../server/trace/trace-handler.ts";
import type { Span } from "../../storage/storage.ts";
import { endedAsExpected } from "../results/ended-as-expected.ts";
import type { Trial, TrialScore } from "../results/eval-run.ts";
import type { Score, Scorer } from "../scorers/scorer.ts";
import { converse } from "./converse.ts";
import { copyData } from "./copy-data.ts";
import { describeError } from "./describe-error.ts";
import type { EvalCase, PlannedFault } from "./eval-case.ts";
import type { Observation } from "./observation.ts";
import { observe, type Traces } from "./observe.ts";
import { seedRandom } from "./seed-random.ts";
import type { Attempt, Subject } from "./subjects/subject.ts";
import type { CommonOptions } from "./suite-options.ts";
import { isLocalModel } from "./sum-usage.ts";
import { withDeadline } from "./with-deadline.ts";
import { withPlannedAnswers } from "./with-planned-answers.ts";

/** What of a suite a trial needs. */
export interface TrialSuite {
  subject: Subject;
  scorers: readonly (Scorer & { passMark: number })[];
  /** The planned faults that met a call, of all trials. */
  met: Set<PlannedFault>;
  options: Pick<CommonOptions, "user" | "maxTurns" | "timeoutMs" | "prices" | "observe" | "deterministic">;
}

/** Tries a case once: plays it to the subject and scores what was seen. Rejects only when `stop` aborts. */
export async function runTrial(one: EvalCase, number: number, suite: TrialSuite, stop: AbortSignal): Promise<Trial> {
  const observation = await perform(one, number, suite, stop);
  stop.throwIfAborted();
  const scores: Record<string, TrialScore> = {};
  for (const scorer of suite.scorers) scores[scorer.name] = await score(scorer, one, observation, suite, stop);
  stop.throwIfAborted();
  const failed = Object.values(scores).some(({ passed }) => passed === false);
  return { number, passed: !failed && endedAsExpected(one, observation), scores, observation };
}

async function perform(
  one: EvalCase,
  number: number,
  { subject, options, met }: TrialSuite,
  stop: AbortSignal,
): Promise<Observation> {
  const { user, maxTurns = 10, timeoutMs = 60_000 } = options;
  // A subject that changes what it is given changes it for no other trial.
  const own: EvalCase = { ...one, ...copyData({ input: one.input, turns: one.turns }) };
  const trace = new TraceHandler();
  const seen: Pick<Traces, "interrupts" | "latency_ms" | "answered" | "unmade" | "before"> = {
    interrupts: [],
    latency_ms: 0,
    answered: 0,
  };
  const started_at = new Date(performance.timeOrigin + performance.now()).toISOString();
  let attempt: Attempt | undefined;
  let error: Observation["error"];
  const play = (signal: AbortSignal) =>
    withPlannedAnswers(one, { seen, met }, async () => {
      const configurable = { thread_id: randomUUID(), ...one.configurable };
      attempt = await subject.begin(configurable, own);
      const config = { callbacks: [trace], configurable, signal };
      await converse(own, attempt, { ...(subject.threads && { user }), maxTurns, config, seen });
    });
  try {
    // Cases and their repeats draw other numbers, and each the same in every run.
    await seedRandom([one.seed, one.id, number], async () =>
      withDeadline({ ms: timeoutMs, what: "The trial", stop }, play),
    );
  } catch (thrown) {
    error = describeError(thrown);
  }
  if (!seen.unmade?.length || !endedAsExpected(one, { error })) delete seen.unmade;
  if (error && !error.hint && isOffline(trace.spans())) error.hint = offlineHint;
  // A server that answers nothing any more must not hold the trial up.
  const read = async <Value>(work: () => Promise<Value> | undefined) =>
    withDeadline({ ms: 10_000, what: "To read what came", stop }, async () => work()).catch(() => undefined);
  const output = await read(() => attempt?.read());
  const { spans = trace.spans(), untraced } = (await read(() => attempt?.readTrace?.())) ?? {};
  const traces = { ...seen, output, spans, started_at, ...(error && { error }), ...(untraced && { untraced }) };
  try {
    return observe(traces, options);
  } catch (thrown) {
    return observe({ ...traces, error: traces.error ?? describeError(thrown) }, { prices: options.prices });
  }
}

/** A provider's client without a key says nothing of why it has none. */
const isOffline = (spans: readonly Span[]): boolean =>
  readConfig().TROUPE_FORBID_MODEL_CALLS &&
  spans.some(({ kind, name, error }) => kind === "model" && error !== null && !isLocalModel(name));
const offlineHint = "Models are not called: plan the answer, give the case a cassette, or run with --live.";

async function score(
  scorer: Scorer & { passMark: number },
  one: EvalCase,
  observation: Observation,
  { options }: TrialSuite,
  stop: AbortSignal,
): Promise<TrialScore> {
  const { output, text } = observation;
  try {
    const result = await withDeadline(
      { ms: options.timeoutMs ?? 60_000, what: `The scorer "${scorer.name}"`, stop },
      async (signal) => scorer.score({ case: one, expected: one.expected, observation, output, text, signal }),
    );
    // A scorer in JavaScript may answer anything.
    const told: unknown = (result as Score | undefined)?.score;
    if (told !== null && !(typeof told === "number" && told >= 0 && told <= 1)) {
      const said = inspect(typeof told === "number" ? told : result, { breakLength: Infinity });
      throw new TypeError(`it answered ${said}, and a score is from 0 to 1, or null where there is nothing to say`);
    }
    // A mean of shares such as 0.1 + 0.2 may miss the mark by a rounding.
    const passed = result.score === null ? null : result.score >= scorer.passMark - 1e-9;
    return { ...result, passed };
  } catch (thrown) {
    const { name, message, hint } = describeError(thrown);
    return { score: null, passed: false, error: [`${name}: ${message}`, hint].filter(Boolean).join(" ") };
  }
}
