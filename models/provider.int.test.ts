import type { AIMessageChunk } from "@langchain/core/messages";
import type { Runnable } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { readConfig } from "../config.ts";
import { collect, type Fault, type ProviderServerOptions, startProviderServer } from "../testing/index.ts";
import { resolveChain } from "./catalog.ts";
import { FallbackChatModel } from "./fallback-chat-model.ts";
import { openChatModel } from "./open-model.ts";
import { selectEmbeddings, selectModel } from "./select-model.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A provider on loopback that `selectModel` finds through the environment. */
async function startProvider(options: ProviderServerOptions & { models?: string }) {
  const provider = await startProviderServer(options);
  vi.stubEnv("OPENAI_BASE_URL", provider.url);
  vi.stubEnv("ANTHROPIC_BASE_URL", provider.url.replace(/\/v1$/, ""));
  vi.stubEnv("ANTHROPIC_API_KEY", "sk-test");
  vi.stubEnv("OPENAI_API_KEY", "sk-test");
  vi.stubEnv("MODEL_SMART", options.models ?? "openai:first");
  return provider;
}

const pay = tool(() => "paid", {
  name: "pay",
  description: "Pays.",
  schema: z.object({ to: z.string(), amount: z.number() }),
});

type Streaming = Pick<Runnable<string, AIMessageChunk>, "stream">;
const streamed = (model: Streaming = selectModel("smart")) => collect(model.stream("hi"));

describe.each(["openai:first", "anthropic:claude-first"])("%s", (models) => {
  test("answers, streams in pieces, and passes its usage on", async () => {
    await using _ = await startProvider({
      models,
      chat: () => ({ text: "One two three.", usage: { input: 7, output: 3 } }),
    });
    const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
    const reply = await selectModel("smart").invoke("hi");
    expect(reply).toMatchObject({ text: "One two three.", usage_metadata: usage });
    const chunks = await streamed();
    expect(chunks.filter(({ text }) => text).map(({ text }) => text)).toEqual(["One", " two", " three."]);
    expect(chunks.reduce((sum, chunk) => sum.concat(chunk)).usage_metadata).toMatchObject(usage);
  });

  test("calls bound tools and fills a schema", async () => {
    const call = { name: "pay", args: { to: "bob", amount: 1000 } };
    await using provider = await startProvider({
      models,
      chat: ({ body }) =>
        JSON.stringify(body).includes("Pays.")
          ? { toolCalls: [call] }
          : { toolCalls: [{ name: "grade", args: { good: true } }] },
    });
    const reply = await selectModel("smart").bindTools!([pay]).invoke("pay bob");
    expect(reply.tool_calls).toEqual([expect.objectContaining(call)]);
    const schema = z.object({ good: z.boolean() });
    expect(await selectModel("smart").withStructuredOutput(schema, { name: "grade" }).invoke("x")).toEqual({
      good: true,
    });
    expect(provider.requests.at(-1)?.body["tool_choice"]).toMatchObject(
      models.startsWith("openai") ? { function: { name: "grade" } } : { type: "tool", name: "grade" },
    );
  });

  test("a stream that is cut anywhere is an error, never a shorter answer or call", async () => {
    const args = JSON.stringify({ to: "bob", amount: 1000 });
    let cut: Fault | undefined;
    await using _ = await startProvider({
      models,
      faults: () => cut,
      chat: () => ({ toolCalls: [{ name: "pay", args }] }),
    });
    for (const how of ["end", "reset"] as const) {
      for (let after = 2; after < 9; after += 1) {
        cut = { cut: how, after };
        const failed = expect.objectContaining({ code: "model_failed" });
        await expect(streamed(selectModel("smart").bindTools!([pay])), `${how} ${after}`).rejects.toEqual(failed);
      }
    }
  });

  test("a wrong key names the variable to set", async () => {
    await using _ = await startProvider({ models, key: "another", chat: () => "hi" });
    const variable = models.startsWith("openai") ? "OPENAI_API_KEY" : "ANTHROPIC_API_KEY";
    await expect(selectModel("smart").invoke("hi")).rejects.toEqual(
      expect.objectContaining({ code: "model_failed", hint: `Set ${variable} to a valid key.` }),
    );
  });
});

test("arguments that a model did not finish are an error in a stream, and an invalid call otherwise", async () => {
  await using _ = await startProvider({
    chat: () => ({ toolCalls: [{ name: "pay", args: '{"to":"bob","amount": 1' }] }),
  });
  const model = selectModel("smart").bindTools!([pay]);
  await expect(streamed(model)).rejects.toEqual(expect.objectContaining({ code: "model_failed" }));
  // LangChain warns that the call could not be read.
  vi.spyOn(console, "warn").mockReturnValue(undefined);
  const reply = await model.invoke("pay bob");
  expect(reply.tool_calls).toEqual([]);
  expect(reply.invalid_tool_calls).toHaveLength(1);
});

describe("a chain", () => {
  const chain = { models: "openai:first,openai:second" };

  test("goes on to the next model when one fails, also before the first token of a stream", async () => {
    await using provider = await startProvider({
      ...chain,
      chat: ({ body }) => `I am ${body.model}.`,
      faults: ({ body }) => (body.model === "first" ? { status: 404 } : undefined),
    });
    expect((await selectModel("smart").invoke("hi")).text).toBe("I am second.");
    expect((await streamed()).map(({ text }) => text).join("")).toBe("I am second.");
    expect(provider.requests.map(({ body }) => body.model)).toEqual(["first", "second", "first", "second"]);
  });

  test("fails after the first token instead of splicing two answers", async () => {
    await using provider = await startProvider({
      ...chain,
      chat: () => "One two three.",
      faults: ({ body }) => (body.model === "first" ? { cut: "end", after: 3 } : undefined),
    });
    const seen: string[] = [];
    const read = async () => {
      for await (const { text } of await selectModel("smart").stream("hi")) seen.push(text);
    };
    await expect(read()).rejects.toEqual(expect.objectContaining({ code: "model_failed" }));
    expect(seen.join("")).toBe("One two");
    expect(provider.requests).toHaveLength(1);
  });

  test("says what happened with each model when all fail", async () => {
    await using _ = await startProvider({ ...chain, chat: () => "hi", faults: () => ({ status: 404 }) });
    await expect(selectModel("smart").invoke("hi")).rejects.toEqual(
      expect.objectContaining({ code: "model_failed", message: expect.stringMatching(/openai:first.*openai:second/) }),
    );
  });

  test("can end in the embedded model", async () => {
    await using _ = await startProvider({
      models: "openai:first,embedded",
      chat: () => "hi",
      faults: () => ({ status: 401 }),
    });
    const reply = await selectModel("smart").invoke(
      '<passage id="1">\nTea costs $3.\n</passage>\n\nWhat does tea cost?',
    );
    expect(reply.text).toBe("Tea costs $3. [1]");
  });

  test("an abort is the caller's own error, and no other model is asked", async () => {
    await using provider = await startProvider({ ...chain, chat: () => "hi", faults: () => ({ hang: true }) });
    const controller = new AbortController();
    const answer = selectModel("smart").invoke("hi", { signal: controller.signal });
    await vi.waitFor(() => expect(provider.requests).toHaveLength(1));
    controller.abort();
    await expect(answer).rejects.not.toEqual(expect.objectContaining({ code: "model_failed" }));
    expect(provider.requests).toHaveLength(1);
  });
});

test("the provider is asked again after a 500, by its own client", async () => {
  await using provider = await startProvider({ chat: () => "hi", faults: [{ status: 500 }] });
  expect((await selectModel("smart").invoke("hi")).text).toBe("hi");
  expect(provider.requests).toHaveLength(2);
});

test.each<[string, Fault]>([
  ["before its headers", { hang: true }],
  ["in the middle of its body", { hang: true, after: 0 }],
  ["in the middle of its answer", { hang: true, after: 2 }],
])("a provider that stalls %s is given up", async (_, fault) => {
  await using _provider = await startProvider({ chat: () => "One two three.", faults: () => fault });
  const config = readConfig();
  const open = (link: Parameters<typeof openChatModel>[0]) => openChatModel(link, config);
  const model = new FallbackChatModel({ chain: resolveChain("smart", config), open, silenceLimit: 100 });
  const silent = expect.objectContaining({ code: "model_failed", message: expect.stringContaining("kept silent") });
  await expect(streamed(model)).rejects.toEqual(silent);
  await expect(model.invoke("hi")).rejects.toEqual(silent);
});

test("a server of one's own needs no key", async () => {
  await using provider = await startProvider({ chat: () => "hi" });
  vi.stubEnv("OPENAI_API_KEY", "");
  expect((await selectModel("smart").invoke("hi")).text).toBe("hi");
  expect(provider.requests).toHaveLength(1);
});

test("texts become vectors, and a failure to embed names the variable to mend", async () => {
  const vectors = new Map([
    ["a", [0.5, 0.25]],
    ["b", [1, -2]],
  ]);
  const options = { key: "sk-test", embed: (texts: string[]) => texts.map((text) => vectors.get(text) ?? []) };
  await using _ = await startProvider(options);
  vi.stubEnv("MODEL_EMBED", "openai:small");
  expect(await selectEmbeddings()?.embeddings.embedDocuments(["a", "b"])).toEqual([...vectors.values()]);
  vi.stubEnv("OPENAI_API_KEY", "wrong");
  await expect(selectEmbeddings()?.embeddings.embedQuery("a")).rejects.toEqual(
    expect.objectContaining({ code: "embedding_failed", hint: "Set OPENAI_API_KEY to a valid key." }),
  );
});
