import { isGraphDrained, type RunControl } from "@langchain/langgraph";
import { isTroupeError, TroupeError } from "../../errors.ts";
import type { Claim, NewEvent, Run, RunOutcome, Storage } from "../../storage/storage.ts";
import type { Graphs } from "../load-graphs.ts";
import { toWireError, toWireJson } from "../wire-json.ts";
import type { RunKwargs } from "./admit-run.ts";
import { createEventWriter } from "./event-writer.ts";
import { createRunResult } from "./run-result.ts";
import { streamGraph } from "./stream-graph.ts";
import { createFrames, type Frame } from "./to-frames.ts";

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
  /** Takes the whole of an error that the client sees only in short. */
  log: (message: string, error: unknown) => void;
}

/** A run that was claimed so often has most likely ended its process each time. */
const maxAttempts = 10;

/**
 * Executes a claimed run and commits how it ended. Answers its result as `/wait` sends it, or `undefined` when it has
 * not ended here: released for the next attempt, or held by one already. Rejects only when the storage fails.
 */
export async function executeRun(run: Run, context: ExecutionContext): Promise<string | undefined> {
  const { storage, stop, control } = context;
  const { run_id, thread_id, attempt } = run;
  const claim: Claim = { run_id, thread_id, attempt };
  const events = createEventWriter(storage.events, claim, {
    isWatched: context.isWatched,
    onFailure: (error) => stop.abort(isStale(error) ? "stale" : error),
  });
  const push = (frame: Frame): NewEvent => {
    const event = { event: frame.event, data: toWireJson(frame.data) };
    events.push(event);
    return event;
  };
  const finish = async (outcome: Omit<RunOutcome, "events">) =>
    storage.runs.finish(claim, { ...outcome, events: await events.rest() });

  /** What the graph threw may be anything, also an error that looks like one of ours: only the storage says what is stale. */
  async function endEarly(error: unknown): Promise<string | undefined> {
    const { reason } = stop.signal;
    if (reason === "stale") return undefined;
    if (reason === "shutdown" || (control.drainRequested && error instanceof Error && isGraphDrained(error))) {
      await storage.events.append(claim, await events.rest());
      await storage.runs.release(claim);
      return undefined;
    }
    if (reason === "cancelled") {
      await finish({ status: "interrupted", thread_status: "idle", error: null });
      return "null";
    }
    const wireError = toWireError(error);
    push({ event: "error", data: wireError });
    await finish({ status: "error", thread_status: "error", error: wireError });
    logFailure(run, context, error);
    return toWireJson({ __error__: wireError });
  }

  push({ event: "metadata", data: { run_id, attempt } });
  try {
    const result = await streamInto(push, run, context);
    const json = result.toJson();
    await finish({ status: "success", thread_status: result.interrupted ? "interrupted" : "idle", error: null });
    return json;
  } catch (thrown) {
    const reason: unknown = stop.signal.reason;
    return endEarly(reason instanceof Error ? reason : thrown).catch((error: unknown) => {
      if (isStale(error)) return undefined;
      throw error;
    });
  }
}

function logFailure(run: Run, { log }: ExecutionContext, error: unknown): void {
  const message = `The run "${run.run_id}" of "${run.assistant_id}" failed.`;
  try {
    log(message, error);
  } catch {
    // The console reads an error's properties, and these may throw.
    log(message, toWireError(error));
  }
}

async function streamInto(
  push: (frame: Frame) => NewEvent,
  run: Run,
  { storage, graphs, stop, control }: ExecutionContext,
) {
  const { run_id, thread_id, attempt } = run;
  if (attempt > maxAttempts) {
    throw new TroupeError("run_attempts_exceeded", `The run "${run_id}" has not ended in ${maxAttempts} attempts.`, {
      hint: "Look in the server's log for what ended its process; then start a new run.",
    });
  }
  const kwargs = run.kwargs as RunKwargs;
  const graph = await graphs.get(kwargs.config.configurable.graph_id as string, kwargs.config);
  const claim = { run_id, thread_id, attempt };
  const [checkpointer, effects] = [storage.checkpointerFor(claim), storage.effectsFor(claim)];
  const execution = { ...claim, kwargs, checkpointer, effects, control, signal: stop.signal };
  const toFrames = createFrames(kwargs.stream_mode, kwargs.stream_subgraphs);
  const result = createRunResult();
  await streamGraph(graph, execution, {
    onFrame: push,
    onChunk(chunk) {
      const pushed = toFrames(chunk).map(push);
      result.add(chunk, pushed.find(({ event }) => event === "values")?.data);
    },
  });
  return result;
}

const isStale = (error: unknown) => isTroupeError(error) && error.code === "claim_stale";
