import { relative } from "node:path";
import { TroupeError } from "../errors.ts";
import type { StoredSpan } from "../storage/storage.ts";
import { callServer, createClient, fromAnswer } from "./create-client.ts";
import { findServer, keyHeaders } from "./find-server.ts";

export interface EvalCaptureOptions {
  url?: string;
  suite: string;
  id?: string;
}

/** Writes a traced thread of a server as a case with its cassette, and says what is left to do by hand. */
export async function captureEval(thread_id: string, { url, suite, id }: EvalCaptureOptions): Promise<void> {
  const { captureThread } = await import("../evals/capture/capture-thread.ts");
  const { spellOut, spellOutAll } = await import("../evals/report/spell-out.ts");
  const { readThread } = await import("../evals/capture/read-thread.ts");
  const server = await findServer(url);
  const thread = await callServer(server, async () =>
    readThread(createClient(server), thread_id, async (after) => {
      const response = await fetch(`${server}/threads/${thread_id}/spans?after=${after}`, { headers: keyHeaders() });
      if (!response.ok) throw fromAnswer(response.status, await response.text(), response.headers);
      return (await response.json()) as StoredSpan[];
    }),
  ).catch((error: TroupeError) => {
    if (error.code !== "thread_not_found") throw error;
    throw new TroupeError(error.code, `There is no thread "${thread_id}" at ${server}.`, {
      hint: "Look its id up in what the client kept, or in POST /threads/search; --url names another server.",
    });
  });
  const captured = await captureThread(thread, { suite, id });
  const { one, caseFile, cassette, replaced, redacted, unordered, hasSuite } = spellOutAll(captured);
  const path = relative("", caseFile);
  console.log(
    `The case "${one.id}" ${replaced ? "was replaced" : "is"} in ${path}, its calls in ${relative("", cassette)}.`,
  );
  const kinds = Object.entries(redacted).map(([kind, count]) => `${count} ${kind}`);
  console.log(
    `Replaced: ${kinds.join(", ") || "nothing"}. Names and addresses are not recognised: read both files before they are committed.`,
  );
  console.log(
    `What it expects is what came: ${Object.keys(one.expected ?? {}).join(", ")}. Correct what should have come.`,
  );
  if (hasSuite) return;
  const trajectory = unordered ? 'trajectory({ mode: "unordered" })' : "trajectory";
  console.log(`
A suite beside it, such as captured.eval.ts, runs it without a key:

  import { answer, defineSuite, route, trajectory } from "troupe/evals";
  defineSuite("captured", { graph: "${spellOut(thread.graph)}", cases: "./${path.split("/").at(-1)}", scorers: [route, ${trajectory}, answer] });`);
}
