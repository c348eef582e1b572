import { join } from "node:path";
import { ChatAnthropic } from "@langchain/anthropic";
import type { AIMessageChunk } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { expect, test } from "vitest";
import { z } from "zod";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { openCassette, recordCassette } from "./cassette.ts";
import { collect } from "./collect.ts";
import { forbidModelCalls } from "./forbid-model-calls.ts";
import { interceptCalls } from "./intercept-calls.ts";
import { startProviderServer } from "./start-provider-server.ts";

const add = tool(({ a, b }) => `${a + b}`, {
  name: "add",
  description: "Adds.",
  schema: z.object({ a: z.number(), b: z.number() }),
});

test("what the clients of providers were answered plays again without them, streamed too, failures included", async () => {
  await using provider = await startProviderServer({
    chat: () => ({ text: "Let me add.", toolCalls: [{ name: "add", args: { a: 1, b: 2 } }] }),
    faults: ({ body }) => (JSON.stringify(body["messages"]).includes("Fail") ? { status: 400 } : undefined),
  });
  const openAI = (baseURL: string) => new ChatOpenAI({ model: "m", apiKey: "k", configuration: { baseURL } });
  const anthropic = (url: string) =>
    new ChatAnthropic({ model: "m", apiKey: "k", anthropicApiUrl: url.replace("/v1", "") });
  for (const openModel of [openAI, anthropic]) {
    const work = async (url: string) => {
      const model = openModel(url).bindTools([add]);
      const whole = await model.invoke("1 + 2?");
      const streamed = (await collect<AIMessageChunk>(model.stream("1 + 2, in pieces?"))).reduce((sum, chunk) =>
        sum.concat(chunk),
      );
      const failed = await model.invoke("Fail.").catch((error: Error) => error.message);
      return [
        ...[whole, streamed].map(({ text, tool_calls, usage_metadata }) => [
          text,
          tool_calls?.map(({ name, args, id }) => [name, args, id]),
          usage_metadata?.total_tokens,
        ]),
        failed,
      ];
    };
    const path = join(makeTemporaryFolder(), "calls.json");
    const recorded = await recordCassette(path, () => work(provider.url));
    expect(JSON.stringify(recorded)).toContain('["Let me add.",[["add",{"a":1,"b":2},"call_');
    const requests = provider.requests.length;
    using _ = forbidModelCalls();
    const { intercept, unused } = await openCassette(path);
    expect(await interceptCalls(intercept, () => work("https://models.example.com/v1"))).toEqual(recorded);
    expect([unused(), provider.requests.length]).toEqual([[], requests]);
  }
});
