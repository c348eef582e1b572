import { join } from "node:path";
import { MemorySaver } from "@langchain/langgraph";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openKnowledge } from "../retrieval/index.ts";
import { TraceHandler } from "../server/trace/trace-handler.ts";
import { makeFolderForFile } from "../tests/fixtures/make-temporary-folder.ts";
import { graph } from "./orchestrator.ts";

const documents = join(import.meta.dirname, "../tests/fixtures/documents");
const dataFolder = makeFolderForFile();

beforeAll(async () => {
  vi.stubEnv("TROUPE_DATA", dataFolder);
  const knowledge = await openKnowledge();
  await knowledge.ingest([documents]);
});

afterAll(async () => {
  const knowledge = await openKnowledge();
  await knowledge.close();
  vi.unstubAllEnvs();
});

graph.checkpointer = new MemorySaver();
let threads = 0;

/** Asks one question after the other on a thread of their own, and gives the state after the last. */
async function ask(first: string, ...others: string[]) {
  const config = { configurable: { thread_id: `thread-${(threads += 1)}` } };
  const put = async (content: string) => graph.invoke({ messages: [{ role: "user", content }] }, config);
  let state = await put(first);
  for (const question of others) state = await put(question);
  return { ...state, answer: state.messages.at(-1)?.text ?? "" };
}

describe("the orchestrator", () => {
  test("answers from the documents with numbered citations that name file and lines", async () => {
    const state = await ask("How many days of annual leave do full-time staff have?");
    expect(state.answer).toContain("28 days of annual leave a year. [1]");
    expect(state.answer).toMatch(/Sources:\n\[1\] tests\/fixtures\/documents\/leave-policy\.md:\d+-\d+$/);
    expect(state.citations[0]).toMatchObject({ number: 1, found_by: ["bm25"] });
    expect(state).toCite("tests/fixtures/documents/leave-policy.md", { lines: 10 });
    expect(state).toRoute("researcher");
  });

  test("lets a trace see what the researcher looked for and what it was given", async () => {
    const trace = new TraceHandler();
    const config = { configurable: { thread_id: `thread-${(threads += 1)}` }, callbacks: [trace] };
    const question = "How many days of annual leave do full-time staff have?";
    await graph.invoke({ messages: [{ role: "user", content: question }] }, config);
    const search = trace.spans().find(({ kind }) => kind === "retriever");
    expect(search).toMatchObject({ name: "documents", node: "researcher", request: { query: question } });
    expect(JSON.stringify(search?.response)).toContain("28 days of annual leave");
  });

  test("calculates through the analyst, by rule", async () => {
    const { answer, route, tasks } = await ask("What is (17.5% of 2480) + 12?");
    expect(answer).toContain("446");
    expect(route).toMatchObject({ step: "rule", confidence: 1, workers: ["analyst"] });
    expect(tasks).toHaveLength(1);
  });

  test("joins both workers where the calculation needs a number from the documents", async () => {
    const state = await ask("a full charge takes how many minutes by the manual, and what is 35% of that?");
    expect(state.answer).toContain("140 minutes");
    expect(state.answer).toContain("35% of 140 = 49");
    expect(state).toCite("rover-manual.md");
    expect(state).toRoute("researcher", "analyst");
  });

  test("looks up the numbers that a calculation names", async () => {
    const state = await ask("What is half of the price of a blade set?");
    expect(state.answer).toContain("24 / 2 = 12");
    expect(state).toCite("rover-manual.md");
  });

  test("sends independent questions to several workers in one step", async () => {
    const { findings, spent, answer } = await ask("Who gets the leave requests? And what is 12 * 7?");
    expect(findings.map(({ worker }) => worker).toSorted()).toEqual(["analyst", "researcher"]);
    expect(spent.steps).toBe(2);
    expect(answer).toContain("people team");
    expect(answer).toContain("84");
  });

  test("a digit alone sends nothing to the analyst", async () => {
    const state = await ask("What did version 2.3 add?");
    expect(state.answer).toContain("rain sensor");
    expect(state).toRoute("researcher");
  });

  test("says plainly what the documents do not answer", async () => {
    for (const question of [
      "What is the warranty period of the Rover 4?",
      "Who founded the company?",
      "How do I bake bread?",
    ]) {
      const { answer, citations } = await ask(question);
      expect(answer, question).toMatch(/not in the documents/i);
      expect(citations).toEqual([]);
    }
  });

  test("understands a follow-up from the turns before it", async () => {
    const { answer, context } = await ask("How do I take annual leave?", "and who do the requests go to?");
    expect(answer).toContain("people team");
    expect(context).toContain("How do I take annual leave?");
  });

  test("a follow-up calculates with the number of the turn before", async () => {
    const { answer } = await ask("How long does a full charge take?", "And what is half of that?");
    expect(answer).toContain("140 / 2 = 70");
  });

  test("an instruction inside a document is quoted at most, never obeyed", async () => {
    const { answer } = await ask("When does the partner portal open?");
    expect(answer).toContain("weekdays at eight");
    expect(answer).not.toMatch(/^pineapple/i);
  });

  test("ends with an answer that says so when the budget is used up", async () => {
    const messages = [{ role: "user", content: "a full charge takes how many minutes, and what is 35% of that?" }];
    const { messages: after, stopped } = await graph.invoke(
      { messages, budget: { steps: 1, tokens: 50_000, seconds: 60 } },
      { configurable: { thread_id: "budget" } },
    );
    expect(stopped).toBe('Stopped after 1 of 1 steps; a larger "budget" in the input allows more.');
    expect(after.at(-1)!.text).toContain(stopped);
  });

  test("an empty question is refused before any work", async () => {
    const { answer, spent } = await ask("   ");
    expect(answer).toContain("There is no question");
    expect(spent.steps).toBe(0);
  });
});
