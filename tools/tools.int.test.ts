import { resolve } from "node:path";
import { expect, test, vi } from "vitest";
import { readMarkedText } from "../models/index.ts";
import { openKnowledge } from "../retrieval/index.ts";
import { startProviderServer } from "../testing/index.ts";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { calculate, searchDocuments } from "./index.ts";

const documents = resolve(import.meta.dirname, "../tests/fixtures/documents");

test("calculate answers a model with the result, or with what is wrong with its expression", async () => {
  expect(await calculate.invoke({ expression: "(17.5% of 2480) + 12" })).toBe("446");
  expect(await calculate.invoke({ expression: "1 / 3" })).toMatch(/^about 0\.3333/);
  expect(await calculate.invoke({ expression: "2 +" })).toMatch(/ends too early\. Write numbers with/);
});

test("search_documents gives passages marked as data, with their sources", async () => {
  vi.stubEnv("TROUPE_DATA", makeTemporaryFolder());
  const knowledge = await openKnowledge();
  await knowledge.ingest([documents]);
  const { blocks } = readMarkedText(await searchDocuments.invoke({ query: "partner portal instructions" }));
  expect(blocks[0]).toMatchObject({ kind: "passage", id: "1", source: expect.stringMatching(/injection\.md$/) });
  expect(await searchDocuments.invoke({ query: "zzyzx" })).toMatch(/^Nothing was found/);
  await knowledge.close();
  vi.unstubAllEnvs();
});

test("a search that cannot be made tells the model why", async () => {
  vi.stubEnv("TROUPE_DATA", makeTemporaryFolder());
  const knowledge = await openKnowledge();
  await knowledge.ingest([documents]);
  await knowledge.close();
  vi.stubEnv("MODEL_EMBED", "openai:any");
  await using provider = await startProviderServer({ embed: (texts) => texts.map(() => [1, 0]) });
  vi.stubEnv("OPENAI_BASE_URL", provider.url);
  vi.stubEnv("CHROMA_URL", "http://127.0.0.1:9");
  expect(await searchDocuments.invoke({ query: "anything" })).toContain("http://127.0.0.1:9");
  vi.unstubAllEnvs();
});
