import { isDeepStrictEqual } from "node:util";
import type { Client, Run, ThreadState } from "@langchain/langgraph-sdk";
import { TroupeError } from "../../errors.ts";
import type { StoredSpan } from "../../storage/storage.ts";
import type { Turn } from "../suite/eval-case.ts";
import { toOutcome, type TurnOutcome } from "./turn-outcome.ts";

/** A thread of a server as it came to its latest state: what was said, what was asked and what it came to. */
export interface RecordedThread {
  thread_id: string;
  graph: string;
  turns: Turn[];
  /** What each turn came to. */
  outcomes: TurnOutcome[];
  configurable: Record<string, unknown>;
  spans: StoredSpan[];
  /** The values of the latest state. */
  values: unknown;
  /** The step of each checkpoint. */
  checkpoints: Record<string, number>;
  /** The message of the error that the last turn ended with. */
  error?: string;
  /** What of the thread the turns do not hold. */
  gaps: string[];
}

/** What the server adds to the SDK's type of a run. */
type WholeRun = Run & {
  kwargs: {
    input: unknown;
    command?: { resume?: unknown; goto?: unknown; update?: unknown };
    config: { configurable: Record<string, unknown> };
    context?: unknown;
  };
  error?: { message: string } | null;
};

const atOnce = 100;

/**
 * Reads a thread with its runs, history and spans. Throws `trace_missing` where nothing of it was traced, and
 * `case_invalid` where it was moved in a way that turns cannot say.
 */
export async function readThread(
  client: Client,
  thread_id: string,
  readSpans: (after: number) => Promise<StoredSpan[]>,
): Promise<RecordedThread> {
  const thread = await client.threads.get(thread_id);
  const states = await readLineage(client, thread_id);
  const lineage = new Set(states.map(({ metadata }) => runOf(metadata)));
  const all = (await readAll((offset) => client.runs.list(thread_id, { limit: atOnce, offset }))).toReversed();
  const runs = (all as WholeRun[]).filter(({ run_id }) => lineage.has(run_id));
  const kept = runs.slice(0, runs.findIndex(({ status }) => status === "error") + 1 || runs.length);
  const isKept = new Set(kept.map(({ run_id }) => run_id));
  const spans = withoutRepeats(await readAllSpans(readSpans)).filter(({ run_id }) => isKept.has(run_id));
  if (spans.length === 0) {
    throw new TroupeError("trace_missing", `The thread "${thread_id}" has no recorded calls.`, {
      hint: "Serve with TROUPE_TRACE=true or --trace, and have the conversation again: only then calls are kept.",
    });
  }
  const ends = kept.map(({ run_id }) => states.findLast(({ metadata }) => runOf(metadata) === run_id)!);
  const last = kept.at(-1)!;
  const graph = String(thread.metadata?.["graph_id"] ?? last.kwargs.config.configurable["graph_id"]);
  return {
    thread_id,
    graph,
    turns: kept.map((run, index) => toTurn(run, ends[index - 1])),
    outcomes: ends.map(({ values, tasks }, index) =>
      toOutcome(
        values,
        ends[index - 1]?.values,
        waitingIn({ tasks }).map(({ value }) => value),
      ),
    ),
    configurable: ownOf(last.kwargs.config.configurable),
    spans,
    values: ends.at(-1)!.values,
    checkpoints: Object.fromEntries(
      states.map(({ checkpoint, metadata }) => [checkpoint.checkpoint_id, Number(metadata?.["step"])]),
    ),
    ...(last.status === "error" && { error: last.error?.message ?? "" }),
    gaps: describeGaps(states, all as WholeRun[], kept),
  };
}

const waitingIn = ({ tasks }: Pick<ThreadState, "tasks">) => tasks.flatMap(({ interrupts }) => interrupts);

const runOf = (metadata: ThreadState["metadata"]) => metadata?.["run_id"] as string | undefined;

/** The states that led to the latest one, the first one first: a thread that was forked has others. */
async function readLineage(client: Client, thread_id: string): Promise<ThreadState[]> {
  const states = new Map<string, ThreadState>();
  for (let before: ThreadState | undefined; ;) {
    const page: ThreadState[] = await client.threads.getHistory(thread_id, {
      limit: atOnce,
      ...(before && { before: { configurable: { checkpoint_id: before.checkpoint.checkpoint_id } } }),
    });
    for (const state of page) states.set(String(state.checkpoint.checkpoint_id), state);
    before = page.at(-1);
    if (page.length < atOnce) break;
  }
  const lineage: ThreadState[] = [];
  const head = await client.threads.getState(thread_id);
  for (let id = head.checkpoint?.checkpoint_id; id;) {
    const state = states.get(id);
    if (!state) break;
    lineage.unshift(state);
    id = state.parent_checkpoint?.checkpoint_id;
  }
  return lineage;
}

async function readAll<Row>(read: (offset: number) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await read(rows.length);
    rows.push(...page);
    if (page.length < atOnce) return rows;
  }
}

async function readAllSpans(read: (after: number) => Promise<StoredSpan[]>): Promise<StoredSpan[]> {
  const spans: StoredSpan[] = [];
  for (;;) {
    const page = await read(spans.at(-1)?.seq ?? 0);
    if (page.length === 0) return spans;
    spans.push(...page);
  }
}

/** A node that a crash cut off asked again in the next attempt; what it asked in vain plays no part. */
function withoutRepeats(spans: StoredSpan[]): StoredSpan[] {
  const keyOf = ({ run_id, kind, name, node, step, request }: StoredSpan) =>
    JSON.stringify([run_id, kind, name, node, step, request]);
  const repeats = new Map<string, number>();
  for (const span of spans.filter(({ attempt }) => attempt > 1)) {
    repeats.set(keyOf(span), (repeats.get(keyOf(span)) ?? 0) + 1);
  }
  return spans.filter((span) => {
    const left = repeats.get(keyOf(span)) ?? 0;
    if (left === 0) return true;
    const later = spans.some((other) => other.attempt > span.attempt && keyOf(other) === keyOf(span));
    if (!later) return true;
    repeats.set(keyOf(span), left - 1);
    return false;
  });
}

function toTurn({ run_id, kwargs: { input, command } }: WholeRun, before: ThreadState | undefined): Turn {
  if (!command) return toText(input) ?? { input };
  if (command.resume === undefined || command.goto || command.update) {
    throw new TroupeError("case_invalid", `The run "${run_id}" moved the graph by a command, which no turn can say.`, {
      hint: "Capture a thread of inputs and of answers to interrupts.",
    });
  }
  const waiting = before ? waitingIn(before) : [];
  const { resume } = command;
  const byId = waiting.map(({ id }) => (resume as Record<string, unknown> | null)?.[id ?? ""]);
  // Interrupts have other ids in another run.
  if (byId.length === 0 || byId.includes(undefined)) return { resume };
  return { resume: byId.length === 1 ? byId[0] : byId };
}

/** What a case says as a text: one message of the user. */
function toText(input: unknown): string | undefined {
  const { messages, ...others } = (input ?? {}) as { messages?: unknown };
  const [message, ...more] = [messages ?? []].flat() as (
    | string
    | { role?: string; type?: string; content?: unknown }
  )[];
  if (message === undefined || more.length > 0 || Object.keys(others).length > 0) return undefined;
  if (typeof message === "string") return message;
  const isUser = ["user", "human"].includes(message.role ?? message.type ?? "");
  return isUser && typeof message.content === "string" ? message.content : undefined;
}

/** What a client set: not what the server, LangGraph, LangSmith or the request's headers did. */
const ownOf = (configurable: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(configurable).filter(
      ([key]) => !/^(__|x-|user-agent$|lang(graph|smith)_|checkpoint_|(thread|run|graph|assistant)_id$)/.test(key),
    ),
  );

function describeGaps(states: ThreadState[], all: WholeRun[], kept: WholeRun[]): string[] {
  const failed = kept.at(-1)?.status === "error" && kept.length < all.length;
  const [first, ...others] = kept.map(({ kwargs }) => ownOf(kwargs.config.configurable));
  const isOther = others.some((one) => !isDeepStrictEqual(one, first));
  return [
    ...(isOther ? ["The configuration changed between the runs: here is the last one."] : []),
    ...(states.some(({ metadata }) => metadata?.["source"] === "update") ? ["The state was changed by hand."] : []),
    ...(kept.some(({ kwargs }) => Object.keys(kwargs.context ?? {}).length > 0) ? ["The runs had a context."] : []),
    ...(failed ? ["What came after an error is left out."] : []),
    ...(all.some(({ status }) => status === "pending" || status === "running") ? ["A run had not ended."] : []),
  ];
}
