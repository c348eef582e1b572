import { randomUUID } from "node:crypto";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { TroupeError } from "../../errors.ts";
import { TraceHandler } from "../../server/trace/trace-handler.ts";
import { readCassette } from "../../testing/cassette-file.ts";
import { openCassette } from "../../testing/cassette.ts";
import { interceptCalls, type PendingCall } from "../../testing/intercept-calls.ts";
import { describeError } from "../suite/describe-error.ts";
import type { EvalCase } from "../suite/eval-case.ts";
import { graphSubject } from "../suite/subjects/graph-subject.ts";
import { askModel } from "./ask-model.ts";
import { compareModels, compareOutcomes, describeUnmade, type Difference } from "./compare-replay.ts";
import { readRecording, type Recording } from "./recording.ts";
import { toOutcome } from "./turn-outcome.ts";

export interface ReplayOptions {
  /** The graph of `langgraph.json`; the one that was captured unless told. */
  graph?: string;
  /** Answers in place of the recorded answers, from a step on. */
  model?: BaseChatModel;
  /** A step, or the id of a checkpoint, behind which it answers; from the beginning unless told. */
  from?: string;
}

/** What a conversation would have come to. */
export interface Replay {
  recording: Recording;
  graph: string;
  /** From which step on the model answered. */
  from: number;
  turns: Difference[][];
  /** Where it went no further, the first turn being 1, and why. */
  stopped?: { turn: number; why: string };
}

/**
 * Has a captured conversation again. Tools and retrievers answer as recorded and never run: where one is called otherwise,
 * it ends there. So do models, but for those that `model` answers. Throws `cassette_invalid`, `checkpoint_not_found`, what
 * the loading of a graph throws, and what `model` throws.
 */
export async function replayCase(one: EvalCase & { cassette: string }, options: ReplayOptions): Promise<Replay> {
  const spans = await readCassette(one.cassette);
  const recording = await readRecording(one.cassette);
  const from = findStep(recording, options.from);
  const graph = options.graph ?? recording.graph;
  const configurable = { thread_id: randomUUID(), ...one.configurable };
  const attempt = await (await graphSubject(graph)).begin(configurable);
  const cassette = await openCassette(one.cassette);
  const trace = new TraceHandler();
  const stop = new AbortController();
  const intercept = async (call: PendingCall) => {
    if (options.model && call.kind === "model" && currentStep(trace) >= from) {
      return askModel(options.model, call.request, call.signal).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      });
    }
    try {
      return await cassette.intercept(call);
    } catch (error) {
      // Told to a graph as the failure of a tool, a miss would be answered by one more invention.
      if (cassette.misses.includes(error as TroupeError)) stop.abort(describeMiss(call, error as TroupeError));
      throw error;
    }
  };

  const models = compareModels(spans);
  const replay: Replay = { recording, graph, from, turns: [] };
  let waiting: unknown[] = [];
  for (const [index, turn] of (one.turns ?? [{ input: one.input }]).entries()) {
    const resumes = typeof turn === "object" && "resume" in turn;
    if (resumes !== waiting.length > 0) {
      const why = resumes ? "it answers a question that was not asked" : "a question waits for an answer instead";
      return { ...replay, stopped: { turn: index + 1, why: `It does not fit any more: ${why}.` } };
    }
    const seen = trace.spans().length;
    const before = index > 0 ? await attempt.read() : undefined;
    const config = { callbacks: [trace], configurable, signal: stop.signal };
    const work = async () => attempt.take(typeof turn === "string" ? { input: turn } : turn, config);
    let failure: string | undefined;
    try {
      waiting = await interceptCalls(intercept, work);
    } catch (error) {
      const reason: unknown = stop.signal.reason;
      // The model that was to answer could not.
      if (reason instanceof Error) throw reason;
      failure = typeof reason === "string" ? reason : describeError(error).message;
    }
    const differences = models.compareTurn(trace.spans().slice(seen));
    if (failure !== undefined) {
      const asThen = failure === one.expected["error"];
      return {
        ...replay,
        turns: [...replay.turns, differences],
        ...(!asThen && { stopped: { turn: index + 1, why: failure } }),
      };
    }
    const outcome = toOutcome(await attempt.read(), before, waiting);
    replay.turns.push([...differences, ...compareOutcomes(recording.outcomes[index], outcome)]);
  }
  const unused = cassette.unused().filter(({ kind }) => kind !== "model");
  replay.turns.at(-1)?.push(...describeUnmade([...models.left(), ...unused]));
  return replay;
}

/** The step of the outermost graph, whose tasks are all of one step. */
const currentStep = (trace: TraceHandler): number =>
  trace
    .spans()
    .filter(({ kind, parent_id }) => kind === "node" && parent_id === null)
    .reduce((latest, { step }) => Math.max(latest, step ?? 0), 0);

function findStep({ checkpoints, thread_id }: Recording, from = "0"): number {
  const last = Math.max(0, ...Object.values(checkpoints));
  if (/^\d+$/.test(from)) {
    if (Number(from) <= last) return Number(from);
    throw new TroupeError(
      "checkpoint_not_found",
      `The thread "${thread_id}" ended with step ${last}, before ${from}.`,
      {
        hint: `Name a step from 1 to ${last}.`,
      },
    );
  }
  const step = checkpoints[from];
  if (step !== undefined) return step + 1;
  throw new TroupeError("checkpoint_not_found", `The thread "${thread_id}" has no checkpoint "${from}".`, {
    hint: "Name a step, or a checkpoint of GET /threads/{thread_id}/history.",
  });
}

function describeMiss(call: PendingCall, miss: TroupeError): string {
  if (call.kind === "model") return miss.message;
  const asked = call.kind === "tool" ? call.request.args : call.request.query;
  return `It would have called the ${call.kind} "${call.name}" with ${JSON.stringify(asked)}. ${miss.message}`;
}
