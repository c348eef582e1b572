import { resolve } from "node:path";
import { styleText } from "node:util";
import type { Client, Message, Thread } from "@langchain/langgraph-sdk";
import { TroupeError } from "../errors.ts";
import { callServer, createClient } from "./create-client.ts";
import { findServer } from "./find-server.ts";
import { type Screen, showRun, type ShownRun, type StreamPart, terminal, textOf } from "./show-run.ts";

export interface AskOptions {
  graph?: string;
  thread?: string;
  url?: string;
  data?: string;
  json?: boolean;
}

/** What a graph's state may hold for people; a graph of another make has any of it or none. */
interface Answered {
  messages?: Message[];
  citations?: { number: number; source: string; line_start: number; line_end: number }[];
  route?: unknown;
}

const silent: Screen = { answer() {}, steps() {} };

/**
 * Asks a graph on a server, showing the answer as it is written, the steps taken and the sources. On a thread that
 * waits for a person, what is said is the answer to what the graph asked.
 */
export async function ask(question: string, options: AskOptions): Promise<void> {
  if (options.data) process.env["TROUPE_DATA"] = resolve(options.data);
  const url = await findServer(options.url);
  const client = createClient(url);
  await callServer(url, async () => {
    const thread = options.thread ? await client.threads.get(options.thread) : undefined;
    const graph = options.graph ?? graphOf(thread) ?? (await chooseGraph(client));
    const { thread_id, status } = thread ?? (await client.threads.create({ graphId: graph }));
    const stream = client.runs.stream(thread_id, graph, {
      ...(status === "interrupted" ? { command: { resume: readAnswer(question) } } : { input: readInput(question) }),
      streamMode: ["updates", "messages-tuple"],
      onDisconnect: "cancel",
    });
    const run = await showRun(stream as AsyncIterable<StreamPart>, options.json ? silent : terminal);
    const { values } = await client.threads.getState<Answered>(thread_id);
    if (options.json) console.log(JSON.stringify(summarize(thread_id, run, values), null, 2));
    else finish(thread_id, run, values, options);
  });
}

/** A question is a person's message; a JSON object is the input itself, for a graph whose state has no messages. */
function readInput(question: string): Record<string, unknown> {
  try {
    if (question.startsWith("{")) return JSON.parse(question) as Record<string, unknown>;
  } catch {
    // Then it is a question that begins with a brace.
  }
  return { messages: [{ role: "user", content: question }] };
}

/** What a person answers a graph that waits: a JSON value such as `true` as such, anything else as text. */
function readAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function graphOf(thread: Thread | undefined): string | undefined {
  const graph = thread?.metadata?.["graph_id"];
  return typeof graph === "string" ? graph : undefined;
}

/** `orchestrator`, else the only graph. Throws `graph_not_found` where that leaves a choice. */
async function chooseGraph(client: Client): Promise<string> {
  const assistants = await client.assistants.search({ limit: 100 });
  const graphs = [...new Set(assistants.map((assistant) => assistant.graph_id))].toSorted();
  const [first] = graphs;
  if (graphs.includes("orchestrator")) return "orchestrator";
  if (first && graphs.length === 1) return first;
  throw new TroupeError(
    "graph_not_found",
    `The server has ${graphs.length} graphs and none is called "orchestrator".`,
    {
      hint: first ? `Name one with --graph: ${graphs.join(", ")}.` : "Add a graph to langgraph.json.",
    },
  );
}

/** Prints what the stream did not show: the rest of the answer, or the values of a graph that has no messages. */
function finish(thread_id: string, run: ShownRun, values: Answered, { thread, url, data }: AskOptions): void {
  const answer = answerOf(values);
  if (answer === undefined) console.log(JSON.stringify(values, null, 2));
  else terminal.answer(`${restOf(answer, run.text)}\n`);
  for (const { number, source, line_start, line_end } of values.citations ?? []) {
    const place = `${source}:${line_start}-${line_end}`;
    if (!answer?.includes(source)) terminal.answer(`[${number}] ${place}\n`);
  }
  for (const interrupt of run.interrupts) {
    console.error(
      `${styleText("yellow", "waiting for a person:", { stream: process.stderr })} ${JSON.stringify(interrupt)}`,
    );
  }
  const waits = run.interrupts.length > 0;
  if (thread && !waits) return;
  const where = `${url ? ` --url ${url}` : ""}${data ? ` --data ${data}` : ""}`;
  const more = `${waits ? "Answer it" : "Go on"} with: npx troupe ask --thread ${thread_id}${where} "…"`;
  console.error(styleText("dim", `\n${more}`, { stream: process.stderr }));
}

/** What is left of an answer of which some was shown; all of it, on a new line, where that was something else. */
function restOf(answer: string, shown: string): string {
  const start = shown.trim();
  if (!answer.startsWith(start)) return `\n${answer}`;
  const rest = answer.slice(start.length);
  return start.length < shown.trimStart().length ? rest.trimStart() : rest;
}

const answerOf = ({ messages }: Answered): string | undefined => {
  const last = messages?.at(-1);
  return last && /^ai/i.test(last.type) ? textOf(last.content) : undefined;
};

const summarize = (thread_id: string, { run_id, interrupts }: ShownRun, values: Answered) => ({
  thread_id,
  run_id,
  answer: answerOf(values),
  route: values.route,
  citations: values.citations,
  ...(interrupts.length > 0 && { interrupts }),
  ...(answerOf(values) === undefined && { values }),
});
