import { Client } from "@langchain/langgraph-sdk";
import { readConfig } from "../../../config.ts";
import { isTroupeError, TroupeError } from "../../../errors.ts";
import type { StoredSpan } from "../../../storage/storage.ts";
import { chooseResume } from "./choose-resume.ts";
import { placeCalls } from "./place-calls.ts";
import { createRemoteTrace } from "./remote-trace.ts";
import type { Attempt, Subject } from "./subject.ts";
import { toGraphInput } from "./to-graph-input.ts";

/**
 * An assistant of a server of the LangGraph API, driven as any client does; `TROUPE_API_KEY` is sent where it is set. Each
 * trial makes a thread, which stays there to be looked at. Throws `server_unreachable`, and
 * `model_calls_forbidden` where it is not on this machine and the run is offline.
 */
export async function httpSubject(url: string, assistant_id: string): Promise<Subject> {
  const client = new Client({ apiUrl: url, apiKey: readConfig().TROUPE_API_KEY });
  await fetch(at(url, "ok")).catch((cause: unknown) => {
    if (isTroupeError(cause) && cause.code === "model_calls_forbidden") {
      const message = `The server at "${url}" is not on this machine, which an offline run does not leave.`;
      throw new TroupeError(cause.code, message, { hint: "Let it with `troupe eval --live`.", cause });
    }
    throw new TroupeError("server_unreachable", `Nothing answers at "${url}".`, { hint: "Start the server.", cause });
  });
  return {
    description: `graph ${assistant_id} at ${url}`,
    threads: true,
    local: false,
    async begin() {
      const { thread_id } = await client.threads.create({ metadata: { made_by: "troupe eval" } });
      return attempt({ client, url, thread_id, assistant_id });
    },
  };
}

interface Remote {
  client: Client;
  url: string;
  thread_id: string;
  assistant_id: string;
}

function attempt({ client, url, thread_id, assistant_id }: Remote): Attempt {
  const trace = createRemoteTrace();
  const waiting = async () => (await client.threads.getState(thread_id)).tasks.flatMap(({ interrupts }) => interrupts);
  return {
    async take(turn, { configurable = {}, signal }) {
      const { thread_id: _, ...told } = configurable;
      const payload =
        "input" in turn
          ? { input: toGraphInput(turn.input) as Record<string, unknown> }
          : { command: { resume: chooseResume(await waiting(), turn.resume) } };
      const stream = client.runs.stream(thread_id, assistant_id, {
        ...payload,
        streamMode: ["tasks", "values", "messages-tuple"],
        streamSubgraphs: true,
        config: { configurable: told },
        signal,
      });
      for await (const { event, data } of stream) {
        if (event === "error") throw toError(data);
        trace.add(event, data);
      }
      return (await waiting()).map(({ value }) => value);
    },
    read: async () => (await client.threads.getState(thread_id)).values,
    async readTrace() {
      const calls = await readCalls(url, thread_id).catch(() => []);
      const untraced = calls.length === 0;
      return { spans: untraced ? trace.spans() : placeCalls(trace.nodes(), calls), untraced };
    },
  };
}

/** The calls that the server kept of a thread; none of a server that is not Troupe's, or does not trace. */
async function readCalls(url: string, thread_id: string): Promise<StoredSpan[]> {
  const { TROUPE_API_KEY: key } = readConfig();
  const calls: StoredSpan[] = [];
  for (;;) {
    const page = at(url, `threads/${thread_id}/spans?after=${calls.at(-1)?.seq ?? 0}`);
    const response = await fetch(page, {
      headers: key ? { "x-api-key": key } : {},
      signal: AbortSignal.timeout(10_000),
    });
    const more = response.ok ? ((await response.json()) as StoredSpan[]) : [];
    if (more.length === 0) return calls;
    calls.push(...more);
  }
}

const at = (url: string, path: string) => new URL(path, url.endsWith("/") ? url : `${url}/`);

function toError(data: unknown): Error {
  const { error, message } = data as { error?: string; message?: string };
  return Object.assign(new Error(message ?? "The run failed."), { name: error ?? "Error" });
}
