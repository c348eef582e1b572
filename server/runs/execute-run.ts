import { INTERRUPT, isGraphDrained, type RunControl } from "@langchain/langgraph";
import { isTroupeError, TroupeError } from "../../errors.ts";
import type { Claim, ClaimedRun, RunOutcome, Storage } from "../../storage/storage.ts";
import type { Graphs } from "../load-graphs.ts";
import { toWireError, toWireJson } from "../wire-json.ts";
import type { RunKwargs } from "./admit-run.ts";
import { createEventWriter, type EventWriter } from "./event-writer.ts";
import { readResult } from "./read-run-result.ts";
import { findResumption } from "./resume-run.ts";
import { createRunResult, type RunResult } from "./run-result.ts";
import { metadataOf, streamGraph } from "./stream-graph.ts";
import { createFrames, type Frame } from "./to-frames.ts";
import { traceRun } from "./trace-run.ts";
import { RunningNodes } from "./track-nodes.ts";

/** What an execution needs of its surroundings. */
export interface ExecutionContext {
  storage: Storage;
  graphs: Graphs;
  /**
   * Aborted with `"cancelled"` at a client's word, `"shutdown"` at the server's end, `"stale"` when a later attempt
   * holds the run, or the error that makes going on pointless.
   */
  stop: AbortController;
  control: RunControl;
  /** Whether a client reads this run's events right now. */
  isWatched: () => boolean;
  /** Whether what it asks of models, tools and retrievers is kept. */
  isTraced: boolean;
  /** Takes the whole of an error that the client sees only in short. */
  log: (message: string, error: unknown) => void;
}

/** A run that ended its process so often in a row, without getting any further, would do so for ever. */
const maxCrashes = 10;

/**
 * Executes a claimed run and commits how it ended, once all its nodes have returned. Answers its result as `/wait` sends
 * it, or `undefined` when it has not ended here: released for the next attempt, or held by one already. Rejects only when
 * the storage fails.
 */
export async function executeRun(run: ClaimedRun, context: ExecutionContext): Promise<string | undefined> {
  const { storage, stop, control } = context;
  const { run_id, thread_id, attempt } = run;
  const claim: Claim = { run_id, thread_id, attempt };
  const nodes = new RunningNodes();
  const events = createEventWriter(storage.events, claim, {
    isWatched: context.isWatched,
    onFailure: (error) => stop.abort(isStale(error) ? "stale" : error),
  });
  const started_at = new Date().toISOString();
  const result = createRunResult();
  const finish = async (outcome: Omit<RunOutcome, "events" | "webhook">, json?: string) => {
    await nodes.settled();
    const webhook = run.kwargs.webhook ? { started_at, values: json ?? result.toJson() } : undefined;
    await storage.runs.finish(claim, { ...outcome, events: await events.rest(), webhook });
  };

  /** What the graph threw may be anything, also an error that looks like one of ours: only the storage says what is stale. */
  async function endEarly(error: unknown): Promise<string | undefined> {
    const { reason } = stop.signal;
    if (reason === "stale") return undefined;
    if (reason === "shutdown" || (control.drainRequested && error instanceof Error && isGraphDrained(error))) {
      await nodes.settled();
      await storage.events.append(claim, await events.rest());
      await storage.runs.release(claim);
      return undefined;
    }
    if (reason === "cancelled") {
      await finish({ status: "interrupted", thread_status: "idle", error: null });
      return "null";
    }
    const wireError = toWireError(error);
    events.push({ event: "error", data: toWireJson(wireError) });
    await finish({ status: "error", thread_status: "error", error: wireError });
    logFailure(run, context, error);
    return toWireJson({ __error__: wireError });
  }

  events.push({ event: "metadata", data: toWireJson({ run_id, attempt }) });
  try {
    stop.signal.throwIfAborted();
    const { json, interrupted } = await execute(run, result, events, nodes, context);
    await finish({ status: "success", thread_status: interrupted ? "interrupted" : "idle", error: null }, json);
    return json;
  } catch (thrown) {
    const reason: unknown = stop.signal.reason;
    return endEarly(reason instanceof Error ? reason : thrown).catch((error: unknown) => {
      if (isStale(error)) return undefined;
      throw error;
    });
  }
}

function logFailure(run: ClaimedRun, { log }: ExecutionContext, error: unknown): void {
  const message = `The run "${run.run_id}" of "${run.assistant_id}" failed.`;
  try {
    log(message, error);
  } catch {
    // The console reads an error's properties, and these may throw.
    log(message, toWireError(error));
  }
}

/** Executes the graph, or what earlier attempts have left of it. */
async function execute(
  run: ClaimedRun,
  result: RunResult,
  events: EventWriter,
  nodes: RunningNodes,
  { storage, graphs, stop, control, isTraced, log }: ExecutionContext,
): Promise<{ json: string; interrupted: boolean }> {
  const { run_id, thread_id, attempt, crashes } = run;
  if (crashes >= maxCrashes) {
    throw new TroupeError(
      "run_attempts_exceeded",
      `The run "${run_id}" ended its process ${crashes} times in a row without getting further.`,
      { hint: "Look in the server's log for what ended it; then start a new run." },
    );
  }
  const claim = { run_id, thread_id, attempt };
  const kwargs = run.kwargs as RunKwargs;
  const graph = await graphs.get(kwargs.config.configurable.graph_id as string, kwargs.config, {
    accessContext: "threads.create_run",
    executionRuntime: { context: kwargs.context },
  });
  const metadata = metadataOf({ ...claim, kwargs });
  const checkpointer = storage.checkpointerFor(claim, { takeEvents: () => events.take(), metadata });
  const effects = storage.effectsFor(claim);
  const callbacks = isTraced ? [traceRun(storage.spans, claim, log)] : undefined;
  const execution = { ...claim, kwargs, checkpointer, effects, nodes, control, callbacks, signal: stop.signal };

  const toFrames = createFrames(kwargs.stream_mode, kwargs.stream_subgraphs);
  const resumption = await findResumption(graph, execution, storage.runs);
  const told = new Map<string, string>();
  if (attempt > 1) for (const { event, data } of await storage.events.lastOfEach(run_id)) told.set(event, data);
  const push = (frame: Frame): { event: string; data: string } => {
    const event = { event: frame.event, data: toWireJson(frame.data) };
    const before = told.get(frame.event);
    const isState = /^(values|checkpoints)/.test(frame.event);
    if (!isState || before === undefined || !isSameState(before, event)) events.push(event);
    if (isState) told.delete(frame.event);
    return event;
  };

  const { stoppedAt } = resumption;
  if (stoppedAt) {
    const stops = stoppedAt === "breakpoint" ? (["updates", "values"] as const) : [];
    for (const mode of stops) {
      for (const { event, data } of toFrames([[], mode, { [INTERRUPT]: [] }])) {
        if (told.get(event) !== toWireJson(data)) events.push({ event, data: toWireJson(data) });
      }
    }
    return { json: await readResult(graph, storage, run), interrupted: true };
  }
  await streamGraph(graph, execution, resumption.hasBegun, {
    onFrame: push,
    onChunk(chunk) {
      const pushed = resumption.isRepeated(chunk) ? [] : toFrames(chunk).map(push);
      result.add(chunk, pushed.find(({ event }) => event === "values")?.data);
    },
  });
  return { json: result.toJson(), interrupted: result.interrupted };
}

/**
 * Whether the state with which an attempt begins is the last that the one before told of. The metadata of a checkpoint
 * that was stored holds more than that of one just made, but its step is the same.
 */
function isSameState(before: string, { event, data }: { event: string; data: string }): boolean {
  if (!event.startsWith("checkpoints")) return before === data;
  const [one, other] = [before, data].map((json) => {
    const { metadata, step = metadata?.step } = JSON.parse(json) as { metadata?: { step?: number }; step?: number };
    return step;
  });
  return one === other;
}

const isStale = (error: unknown) => isTroupeError(error) && error.code === "claim_stale";
