import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@langchain/langgraph-sdk";
import { expect, test, vi } from "vitest";
import type { NewEvalCase } from "../evals/suite/eval-case.ts";
import { type ModelReply, startProviderServer } from "../testing/index.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { graph } from "../tests/fixtures/refund-desk.ts";
import { runEvalCase } from "../tests/fixtures/run-eval-case.ts";
import { runTroupe, startServe } from "../tests/fixtures/run-troupe.ts";

const said = "I am Ann.Lee@shop.com, card 4111 1111 1111 1111: refund order 7.";
const isTold = (messages: unknown, text: string) => JSON.stringify(messages).includes(text);
const callRefund = (order: number, email: string) => ({ toolCalls: [{ name: "refund", args: { order, email } }] });

/** A provider that refunds, says so, and then answers what comes. */
const startModel = (answers: { call: ModelReply; done: string; last: string }) =>
  startProviderServer({
    chat: ({ body: { messages } }) => {
      if (isTold(messages, "How long")) return answers.last;
      return isTold(messages, "is refunded") ? answers.done : answers.call;
    },
  });

function makeDesk() {
  const folder = makeTemporaryFolder();
  const graphs = { desk: join(import.meta.dirname, "../tests/fixtures/refund-desk.ts:graph") };
  writeFileSync(join(folder, "langgraph.json"), JSON.stringify({ graphs }));
  const diary = join(folder, "diary");
  writeFileSync(diary, "");
  return { folder, diary, read: () => readFileSync(diary, "utf8").split("\n").filter(Boolean) };
}

/** A conversation on a real, traced server whose model is scripted, captured by the command. */
async function capture() {
  const desk = makeDesk();
  const { folder, diary } = desk;
  await using provider = await startModel({
    call: callRefund(7, "Ann.Lee@shop.com"),
    done: "Done, Ann.Lee@shop.com.",
    last: "Three days.",
  });
  const models = {
    OPENAI_BASE_URL: provider.url,
    OPENAI_API_KEY: "sk-test",
    MODEL_SMART: "openai:first",
    DIARY: diary,
  };
  const server = await startServe(folder, ["--trace", "--no-knowledge"], models);
  const client = new Client({ apiUrl: server.url, apiKey: null });
  const { thread_id } = await client.threads.create();
  for (const turn of [
    { input: { messages: [{ role: "user", content: said }] } },
    { command: { resume: "yes" } },
    { input: { messages: [{ role: "user", content: "How long does it take?" }] } },
  ]) {
    await client.runs.wait(thread_id, "desk", turn);
  }
  const untraced = await client.threads.create();
  const args = ["eval", "capture", thread_id, "--url", server.url, "--suite", "cases", "--id", "refund"];
  const result = await runTroupe(args, { cwd: folder });
  expect(result.stderr).toBe("");
  const missing = await runTroupe(["eval", "capture", untraced.thread_id, "--url", server.url], { cwd: folder });
  const unknown = await runTroupe(["eval", "capture", randomUUID(), "--url", server.url], { cwd: folder });
  const history = await client.threads.getHistory(thread_id);
  server.process.kill("SIGTERM");
  await server.ended;
  const cases = join(folder, "cases/cases.jsonl");
  const cassette = join(folder, "cases/refund.cassette.json");
  const one = JSON.parse(readFileSync(cases, "utf8")) as NewEvalCase;
  const replay = (more: string[] = [], env: Record<string, string> = {}) =>
    runTroupe(["eval", "replay", "cases/cases.jsonl", ...more], { cwd: folder, env: { DIARY: diary, ...env } });
  return { ...desk, result, missing, unknown, one, cases, cassette, history, replay };
}

test("a traced thread becomes a case that holds nothing private and passes without a key", async () => {
  const { result, missing, unknown, one, cases, cassette, read, diary } = await capture();
  expect(one).toEqual({
    id: "refund",
    turns: [
      "I am redacted-1@example.com, card 4000 0000 0000 0010: refund order 7.",
      { resume: "yes" },
      "How long does it take?",
    ],
    expected: {
      answer: "Three days.",
      tools: [{ name: "refund", args: { order: 7, email: "redacted-1@example.com" } }],
    },
    tags: ["captured"],
    cassette: "./refund.cassette.json",
    note: expect.stringContaining("look it over"),
  });
  for (const path of [cases, cassette]) {
    expect(readFileSync(path, "utf8")).not.toMatch(/shop\.com|4111|sk-test/i);
  }
  expect(result.stdout).toContain("1 card");
  expect(result.stdout).toContain('defineSuite("captured", { graph: "desk", cases: "./cases.jsonl"');
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("TROUPE_TRACE=true") });
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("POST /threads/search") });

  vi.stubEnv("DIARY", diary);
  const before = read();
  const { trial, seen } = await runEvalCase({ graph }, { ...one, cassette });
  vi.unstubAllEnvs();
  expect(seen.error).toBeUndefined();
  expect(trial.passed).toBe(true);
  expect(seen).toMatchObject({ text: "Three days.", interrupts: [{ question: "Refund order 7?" }] });
  expect(read()).toEqual(before);
});

test("a replay says what another prompt, another model or another call would have changed, and repeats no side effect", async () => {
  const { replay, read, history } = await capture();
  const before = read();
  expect(before.filter((line) => line === "refunded 7")).toHaveLength(1);

  const same = await replay();
  expect(same).toMatchObject({ code: 0, stderr: "" });
  expect(same.stdout).toContain('refund: the graph "desk"');
  expect(same.stdout.match(/turn \d: the same/g)).toHaveLength(3);

  const changed = await replay([], { PROMPT: "Be brief." });
  expect(changed.code).toBe(0);
  expect(changed.stdout).toMatch(/stopped in turn 1: [^]*\n *- .*"Be kind\.\n *\+ .*"Be brief\./);

  await using other = await startModel({
    call: callRefund(7, "redacted-1@example.com"),
    done: "All done!\u001B[2J\u202E",
    last: "A week.",
  });
  const models = { OPENAI_BASE_URL: other.url, OPENAI_API_KEY: "sk-test" };
  const all = await replay(["--model", "openai:second"], models);
  expect(all.stdout).toMatch(
    /turn 1: the same\n {2}turn 2: different\n {4}step \d, answer, second in place of first\n/,
  );
  expect(all.stdout).toContain("      - Three days.\n      + A week.");
  expect(all.stdout).toContain("      + All done!⟨U+001B⟩[2J⟨U+202E⟩\n");
  expect(other.requests).toHaveLength(3);

  const atEnd = history.find(({ values }) => JSON.stringify(values).includes("How long"))!;
  const [checkpoint] = history.filter(({ metadata }) => Number(metadata?.["step"]) === 4);
  expect(atEnd.metadata?.["step"]).toBeGreaterThan(4);
  const late = await replay(
    ["--model", "openai:second", "--from", String(checkpoint!.checkpoint.checkpoint_id)],
    models,
  );
  expect(late.stdout.match(/turn \d: the same/g)).toHaveLength(2);
  expect(other.requests).toHaveLength(4);

  const beyond = await replay(["--model", "openai:second", "--from", "99"], models);
  expect(beyond).toMatchObject({ code: 2, stderr: expect.stringMatching(/ended with step \d+, before 99/) });

  await using greedy = await startModel({ call: callRefund(8, "redacted-1@example.com"), done: "", last: "" });
  const wrong = await replay(["--model", "openai:third"], { ...models, OPENAI_BASE_URL: greedy.url });
  expect(wrong.code).toBe(0);
  expect(wrong.stdout).toContain('+ calls refund({"order":8,"email":"redacted-1@example.com"})');
  expect(wrong.stdout).toContain('stopped in turn 1: It would have called the tool "refund" with {"order":8');
  expect(greedy.requests).toHaveLength(1);

  await using lazy = await startModel({ call: "No.", done: "", last: "" });
  const unfit = await replay(["--model", "openai:fourth"], { ...models, OPENAI_BASE_URL: lazy.url });
  expect(unfit.stdout).toMatch(/turn 1: different[^]*stopped in turn 2: It does not fit any more/);

  await using closed = await startProviderServer({ key: "another" });
  const refused = { ...models, OPENAI_BASE_URL: closed.url };
  expect(await replay(["--model", "openai:fifth"], refused)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("openai:fifth"),
  });
  expect(read()).toEqual(before);
}, 120_000);

test("what cannot be replayed is told with a hint", async () => {
  const { folder } = makeDesk();
  const run = async (...args: string[]) => runTroupe(["eval", "replay", ...args], { cwd: folder });
  expect(await run("none.jsonl")).toMatchObject({ code: 2, stderr: expect.stringContaining("none.jsonl") });
  expect(await run("none.json")).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no file") });
  writeFileSync(join(folder, "alone.json"), "{}");
  expect(await run("alone.json")).toMatchObject({ code: 2, stderr: expect.stringContaining("troupe eval capture") });
  writeFileSync(join(folder, "cases.jsonl"), '{ "id": "a", "input": "?", "cassette": "./cut.json" }');
  writeFileSync(join(folder, "cut.json"), '{ "version": 1, "spa');
  expect(await run("cases.jsonl")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/cut\.json" cannot be read/),
  });
  expect(await run("cases.jsonl", "--model", "")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Name a model"),
  });
  expect(await run("none.jsonl", "--from", "3")).toMatchObject({ code: 2, stderr: expect.stringContaining("--model") });
});
