import { join, resolve } from "node:path";
import { Client } from "@langchain/langgraph-sdk";
import { expect, inject, test } from "vitest";
import { startProviderServer } from "../testing/index.ts";
import { makeTemporaryFolder } from "./fixtures/make-temporary-folder.ts";
import { runTroupe, startServe } from "./fixtures/run-troupe.ts";

const root = resolve(import.meta.dirname, "..");
const documents = join(root, "tests/fixtures/documents");
const chroma = inject("chroma");

interface Answer {
  messages: { content: string }[];
  citations: { source: string; found_by: string[]; line_start: number }[];
}

/** The project's own graphs, served by the real command from a folder of its own. */
async function serveProject(data: string, env?: Record<string, string>) {
  const server = await startServe(
    makeTemporaryFolder(),
    ["--config", join(root, "langgraph.json"), "--data", data],
    env,
  );
  const client = new Client({ apiUrl: server.url, apiKey: null });
  const ask = async (thread_id: string, content: string) => {
    const input = { messages: [{ role: "user", content }] };
    const values = (await client.runs.wait(thread_id, "orchestrator", { input })) as unknown as Answer;
    return { ...values, text: values.messages.at(-1)!.content };
  };
  return { ...server, client, ask };
}

test("a follow-up is understood from the turns before it, also after the server was killed", async () => {
  const data = makeTemporaryFolder();
  const first = await serveProject(data);
  expect(await runTroupe(["ingest", documents, "--url", first.url])).toMatchObject({ code: 0 });
  const { thread_id } = await first.client.threads.create();
  expect((await first.ask(thread_id, "How do I take annual leave?")).text).toContain("fill in the leave form");
  first.process.kill("SIGKILL");
  await first.ended;

  const second = await serveProject(data);
  const { text, citations } = await second.ask(thread_id, "and who do the requests go to?");
  expect(text).toContain("people team");
  expect(citations[0]?.source).toMatch(/leave-policy\.md$/);
});

test("the command asks for the answer to a question that needs both workers", async () => {
  const server = await serveProject(makeTemporaryFolder());
  await runTroupe(["ingest", documents, "--url", server.url]);
  const question = "a full charge takes how many minutes by the manual, and what is 35% of that?";
  const { stdout, code } = await runTroupe(["ask", question, "--url", server.url]);
  expect(code).toBe(0);
  expect(stdout).toContain("140 minutes");
  expect(stdout).toContain("35% of 140 = 49");
  expect(stdout).toMatch(/\[1\] .*rover-manual\.md:\d+-\d+/);
});

test.skipIf(!chroma)("an answer cites what only Chroma found, with embeddings that come over HTTP", async () => {
  await using provider = await startProviderServer({
    embed: (texts) => texts.map((text) => (/annual leave|holiday/i.test(text) ? [1, 0, 0] : [0, 1, 0])),
    chat: () => "Ask for it ten days before. [1]",
  });
  const server = await serveProject(makeTemporaryFolder(), {
    OPENAI_BASE_URL: provider.url,
    MODEL_EMBED: "openai:topics",
    MODEL_SMART: "openai:scripted",
    MODEL_FAST: "embedded",
    CHROMA_URL: chroma!.url,
    VECTOR_STORE: "chroma",
  });
  expect(await runTroupe(["ingest", documents, "--url", server.url])).toMatchObject({ code: 0 });
  const { thread_id } = await server.client.threads.create();
  const { text, citations } = await server.ask(thread_id, "Holidays?");
  expect(text).toContain("Ask for it ten days before. [1]");
  expect(citations).toMatchObject([{ source: expect.stringMatching(/leave-policy\.md$/), found_by: ["vector"] }]);
  const { vectors } = (await (await fetch(`${server.url}/knowledge`)).json()) as { vectors: unknown };
  expect(vectors).toMatchObject({ store: "chroma", url: chroma!.url });
});
