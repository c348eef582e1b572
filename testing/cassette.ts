import { existsSync } from "node:fs";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { interrupt } from "@langchain/langgraph";
import { readConfig } from "../config.ts";
import { type ErrorCode, errorStatus, TroupeError } from "../errors.ts";
import { TraceHandler } from "../server/trace/trace-handler.ts";
import type { CallSpan } from "../storage/storage.ts";
import { alignRequests } from "./align-requests.ts";
import { type CallInterceptor, callScopes, type PendingCall } from "./call-interceptor.ts";
import { readCassette, writeCassette } from "./cassette-file.ts";
import { canonicalRequest, describeMiss } from "./describe-miss.ts";
import { interceptCalls } from "./intercept-calls.ts";
import { patchLangChain } from "./patch-langchain.ts";

export interface CassetteOptions {
  /** What else differs from run to run: a request that is no recording's to the letter is compared once more without it. */
  ignore?: readonly RegExp[];
}

/** Recorded calls that answer in the place of the real ones. */
export interface Cassette {
  /** For `interceptCalls`: the n-th call with a request gets the n-th recording of it. Throws `cassette_missed`. */
  intercept: CallInterceptor;
  /** Recordings that no call has asked for, without those within another call. */
  unused: () => CallSpan[];
  /** Every miss so far, also those that a graph took for an error of its tool and went on. */
  misses: TroupeError[];
}

/**
 * Opens recorded calls, of a file or as spans, to be played: another model may ask them, another tool may not. Recorded
 * errors are thrown again and recorded interrupts interrupt again. Throws `cassette_invalid`.
 *
 * @example
 * const cassette = await openCassette("refund.cassette.json");
 * await interceptCalls(cassette.intercept, () => graph.invoke(input));
 */
export async function openCassette(
  source: string | readonly CallSpan[],
  { ignore = [] }: CassetteOptions = {},
): Promise<Cassette> {
  const spans = typeof source === "string" ? await readCassette(source) : source;
  const ids = new Set(spans.map(({ span_id }) => span_id));
  // What a tool asks within itself is part of its answer. In the file runs are mixed: each begins with its first step.
  const ended = spans
    .filter(
      ({ response, error, interrupts, parent_id }) => (response ?? error ?? interrupts) && !ids.has(parent_id ?? ""),
    )
    .toSorted((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at) || 0);
  const exact = new Map(ended.map((span) => [span, keyOf(span)]));
  const patterns = ignore.map((pattern) => new RegExp(pattern, `${pattern.flags.replace("g", "")}g`));
  const loosen = (key: string) => patterns.reduce((text, pattern) => text.replaceAll(pattern, "…"), key);
  const began = Math.min(...ended.map(({ started_at }) => Date.parse(started_at)));
  let playedFrom: number | undefined;
  let twins: ReadonlyMap<string, string> = new Map();
  const left = new Set(ended);
  const misses: TroupeError[] = [];

  /** Of recordings that fit, the first of the same node and model: two models may be asked the same at the same time. */
  const pick = (call: PendingCall, fits: (span: CallSpan) => boolean) => {
    const fitting = ended.filter(fits);
    const ofNode = fitting.filter(({ node }) => node === call.node);
    return ofNode.find(({ name }) => name === call.name) ?? ofNode[0] ?? fitting[0];
  };

  const take = (call: PendingCall): CallSpan => {
    const key = keyOf(call);
    playedFrom ??= Date.now();
    const made = { text: loosen(key), began: playedFrom, asked: Date.now(), ids: readRunIds() };
    const align = (span: CallSpan) =>
      alignRequests(made, { text: loosen(exact.get(span)!), began, asked: Date.parse(span.started_at) }, twins);
    const found =
      pick(call, (span) => left.has(span) && exact.get(span) === key) ??
      pick(call, (span) => left.has(span) && align(span) !== undefined);
    if (found) {
      left.delete(found);
      twins = align(found) ?? twins;
      return found;
    }
    const name = typeof source === "string" ? `The cassette "${source}"` : "The cassette";
    const place = call.node === null ? "" : ` in the node "${call.node}"`;
    const miss = new TroupeError(
      "cassette_missed",
      `${name} has no recording of this call of the ${call.kind} "${call.name}"${place}. ${describeMiss(call, ended)}`,
      { hint: "Undo the change, or record the cassette again when it is meant." },
    );
    misses.push(miss);
    throw miss;
  };

  return {
    async intercept(call) {
      const found = take(call);
      const { response, usage, name, error, interrupts, node, step } = found;
      // A resumed node starts over: what answered the interrupts before this one is taken until none is left.
      for (const value of interrupts ?? []) for (;;) interrupt(value);
      // What answered those that came before this response is taken too: it answers no interrupt of the node itself.
      const earlier = ended.filter((span) => span.node === node && span.step === step);
      const asked = earlier.filter((span) => exact.get(span) === exact.get(found));
      for (const value of asked.flatMap((span) => span.interrupts ?? [])) interrupt(value);
      if (error) throw toError(error);
      return { response, usage, name };
    },
    unused: () => [...left],
    misses,
  };
}

/** Of models the name is left out: another one may replay. */
const keyOf = (call: PendingCall | CallSpan): string =>
  `${call.kind} ${call.kind === "model" ? "" : call.name} ${canonicalRequest(call)}`;

/** The ids that a run of a graph has for itself, its thread's and its own. */
function readRunIds(): unknown[] {
  const { configurable, metadata } = AsyncLocalStorageProviderSingleton.getRunnableConfig() ?? {};
  const { thread_id, run_id } = { ...metadata, ...configurable } as Record<string, unknown>;
  return [thread_id, run_id];
}

function toError({ error, message, hint }: { error: string; message: string; hint?: string }): Error {
  if (error in errorStatus && hint !== undefined) return new TroupeError(error as ErrorCode, message, { hint });
  return Object.assign(new Error(message), { name: error });
}

/** Runs work with the real calls and writes them to a cassette; when the work throws, no file is written. */
export async function recordCassette<Result>(path: string, work: () => Result | PromiseLike<Result>): Promise<Result> {
  await patchLangChain();
  const recorder = new TraceHandler({ nodes: false });
  const scope = { interceptors: [], ...callScopes.getStore(), insideModel: false, recorder };
  const result = await callScopes.run(scope, work);
  await writeCassette(
    path,
    recorder.spans().filter((span) => span.kind !== "node"),
  );
  return result;
}

/**
 * Runs work with the calls of a cassette; where the file is missing, records it, unless `TROUPE_FORBID_MODEL_CALLS` is
 * set: then it throws `cassette_invalid`, so that CI records nothing. A miss is thrown even where the graph went on.
 */
export async function withCassette<Result>(
  path: string,
  work: () => Result | PromiseLike<Result>,
  options: CassetteOptions = {},
): Promise<Result> {
  if (!existsSync(path)) {
    if (!readConfig().TROUPE_FORBID_MODEL_CALLS) return recordCassette(path, work);
    // Runners of tests show no hint.
    const why = "none is recorded while model calls are forbidden";
    throw new TroupeError("cassette_invalid", `There is no cassette "${path}", and ${why}.`, {
      hint: "Run this once without TROUPE_FORBID_MODEL_CALLS and forbidModelCalls().",
    });
  }
  const cassette = await openCassette(path, options);
  return interceptCalls(cassette.intercept, work).finally(() => {
    if (cassette.misses[0]) throw cassette.misses[0];
  });
}
