import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CallSpan, StoredSpan } from "../../storage/storage.ts";
import { writeCassette } from "../../testing/cassette-file.ts";
import { withoutSources } from "../scorers/answer-text.ts";
import type { NewEvalCase } from "../suite/eval-case.ts";
import { observe } from "../suite/observe.ts";
import { findTracked } from "./find-tracked.ts";
import type { RecordedThread } from "./read-thread.ts";
import type { Recording } from "./recording.ts";
import { createRedaction } from "./redact.ts";

/** What a capture wrote. */
export interface Capture {
  one: NewEvalCase & { id: string };
  caseFile: string;
  cassette: string;
  /** Whether the case took the place of one with its id. */
  replaced: boolean;
  /** How many different values of each kind were replaced. */
  redacted: Record<string, number>;
  /** Whether nodes called tools side by side, so that the order of these calls is that of time. */
  unordered: boolean;
  /** Whether a suite file stands beside the case file. */
  hasSuite: boolean;
}

/**
 * Writes a thread as a case, a line of a `.jsonl` file (`cases.jsonl` of a folder), and its calls as a cassette beside it,
 * with secrets and personal data replaced. What the case expects is a draft: what the thread came to.
 */
export async function captureThread(
  thread: RecordedThread,
  { suite, id }: { suite: string; id?: string },
): Promise<Capture> {
  const all = await createRedaction(thread);
  all.redact(thread);
  // What the code says anyway, such as the address of the support in a prompt, a replay says as well.
  const redaction = await createRedaction(thread, await findTracked(all.found()));
  const { thread_id, graph, turns, outcomes, configurable, spans, values, checkpoints, error, gaps } =
    redaction.redact(thread);
  const caseFile = suite.endsWith(".jsonl") ? suite : join(suite, "cases.jsonl");
  const name = id ?? createId(turns[0], thread.thread_id);
  const cassette = join(dirname(caseFile), `${fileNameOf(name)}.cassette.json`);
  const captured_at = new Date().toISOString();
  const seen = observe(
    { output: values, spans, interrupts: [], started_at: captured_at, latency_ms: 0, answered: 0 },
    {},
  );
  const { text = "" } = outcomes.at(-1) ?? {};
  const expected = {
    ...(error !== undefined && { error: error || true }),
    ...(error === undefined && text && { answer: withoutSources(text) }),
    ...(seen.route?.workers && { route: seen.route.workers }),
    tools: seen.toolCalls.map(({ name: called, args }) => ({ name: called, args })),
  };
  const unordered = callSideBySide(spans);
  const said = [
    `Captured on ${captured_at.slice(0, 10)}: what is expected is what came then, so look it over.`,
    ...gaps,
    ...(unordered ? ['Nodes called tools side by side: compare them by trajectory({ mode: "unordered" }).'] : []),
  ];
  const one = {
    id: name,
    turns,
    expected,
    tags: ["captured"],
    ...(Object.keys(configurable).length > 0 && { configurable }),
    cassette: `./${basename(cassette)}`,
    note: said.join(" "),
  };
  const recording: Recording = { thread_id, graph, captured_at, outcomes, checkpoints };
  await writeCassette(cassette, spans.map(toCall), recording);
  const replaced = await putCase(caseFile, one);
  const files = await readdir(dirname(caseFile));
  const hasSuite = files.some((file) => /\.eval\.[cm]?[jt]s$/.test(file));
  return { one, caseFile, cassette, replaced, redacted: redaction.counts(), unordered, hasSuite };
}

/** Calls that a model asked for stand in its message, in one order; those of nodes of one step end as they please. */
function callSideBySide(spans: readonly StoredSpan[]): boolean {
  const steps = spans
    .filter(({ kind, call_id }) => kind === "tool" && !call_id)
    .map(({ run_id, step }) => `${run_id} ${step}`);
  return new Set(steps).size < steps.length;
}

/** A call without its place in the storage. */
function toCall(stored: StoredSpan): CallSpan {
  const { run_id: _, attempt: __, seq: ___, ...span } = stored;
  return span;
}

/** Fit for a file, and no two ids alike. */
function fileNameOf(id: string): string {
  const name = id.replaceAll(/[^\w.-]+/g, "-");
  return name === id ? name : `${name}-${createHash("sha256").update(id).digest("hex").slice(0, 6)}`;
}

/** The first words that were said, with the end of the thread's id: threads of one minute begin alike. */
function createId(turn: unknown, thread_id: string): string {
  const words = (typeof turn === "string" ? turn : "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...words.slice(0, 6), thread_id.replaceAll(/[^\w]/g, "").slice(-6)].join("-");
}

/** Puts a case into its file, in the place of one with its id. Answers whether there was one. A new one is appended: others may be captured meanwhile. */
async function putCase(file: string, one: { id: string }): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true });
  const text = existsSync(file) ? await readFile(file, "utf8") : "";
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const place = lines.findIndex((line) => idOf(line) === one.id);
  if (place < 0) {
    const gap = text === "" || text.endsWith("\n") ? "" : "\n";
    await appendFile(file, `${gap}${JSON.stringify(one)}\n`);
    return false;
  }
  lines[place] = JSON.stringify(one);
  await writeFile(`${file}.new`, `${lines.join("\n")}\n`);
  await rename(`${file}.new`, file);
  return true;
}

function idOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { id?: unknown }).id;
  } catch {
    return undefined;
  }
}
