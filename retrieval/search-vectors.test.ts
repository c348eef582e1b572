import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { TopicEmbeddings } from "../tests/topic-embeddings.ts";
import { openKnowledge } from "./open-knowledge.ts";

const files = {
  "leave.md": "# Staff\n\nAn absence is asked for two weeks before.\n",
  "machine.md": "# Machine\n\nThe battery is full in 45 minutes.\n",
  "other.md": "# Canteen\n\nLunch is served from noon on.\n",
};

beforeEach(() => {
  vi.stubEnv("VECTOR_STORE", "sqlite");
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function knowledgeWith(embeddings: TopicEmbeddings) {
  const root = await mkdtemp(join(tmpdir(), "troupe-vectors-"));
  const folder = join(root, "handbook");
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const open = async () =>
    openKnowledge({ dataFolder: join(root, "data"), embeddings: () => ({ embeddings, model: "test:topics" }) });
  onTestFinished(async () => {
    await (await open()).close();
    await rm(root, { recursive: true, force: true });
  });
  return { knowledge: await open(), open, folder };
}

test("a chunk that shares no word with the question is found by its vector, and counts as relevant", async () => {
  const { knowledge, folder } = await knowledgeWith(new TopicEmbeddings());
  expect(await knowledge.ingest([folder])).toMatchObject({ chunks: 3, embedded: 3, failed: [] });
  const [chunk] = await knowledge.search("vacation?");
  expect(chunk!.metadata).toMatchObject({ source: "handbook/leave.md", found_by: ["vector"] });
  expect(chunk!.metadata.relevance).toBeGreaterThan(0.9);
});

test("a chunk found both ways stands above what one way found", async () => {
  const { knowledge, folder } = await knowledgeWith(new TopicEmbeddings());
  await knowledge.ingest([folder]);
  const chunks = await knowledge.search("How long does the battery take, from noon on?");
  expect(chunks.map(({ metadata }) => metadata.found_by.length)).toEqual([2, 2, 1]);
  expect(chunks[0]!.metadata.score).toBeGreaterThan(chunks[2]!.metadata.score);
});

test("only what is new is embedded, and what is gone is found no more", async () => {
  const embeddings = new TopicEmbeddings();
  const { knowledge, folder } = await knowledgeWith(embeddings);
  await knowledge.ingest([folder]);
  const { calls } = embeddings;
  expect(await knowledge.ingest([folder])).toMatchObject({ embedded: 0 });
  expect(embeddings.calls).toBe(calls);
  await writeFile(join(folder, "other.md"), "# Canteen\n\nThe fee is 5.\n");
  await rm(join(folder, "machine.md"));
  expect(await knowledge.ingest([folder])).toMatchObject({ embedded: 1 });
  const found = await knowledge.search("cost");
  expect(found.map(({ metadata }) => metadata.source)).toEqual(["handbook/other.md", "handbook/leave.md"]);
});

test("a provider that is down costs no document: vectors come with the next ingest", async () => {
  const embeddings = new TopicEmbeddings();
  embeddings.broken = new Error("connection refused");
  const { knowledge, folder } = await knowledgeWith(embeddings);
  const report = await knowledge.ingest([folder]);
  expect(report).toMatchObject({
    chunks: 3,
    embedded: 0,
    failed: [
      { source: "test:topics", code: "embedding_failed", message: expect.stringContaining("connection refused") },
    ],
  });
  expect(await knowledge.describe()).toMatchObject({
    documents: 3,
    vectors: null,
    note: expect.stringContaining("failed"),
  });
  embeddings.broken = undefined;
  expect(await knowledge.ingest([folder])).toMatchObject({ chunks: 0, embedded: 3, failed: [] });
  expect((await knowledge.search("vacation?"))[0]!.metadata.found_by).toEqual(["vector"]);
});

test("a provider that fails at a question leaves the search by words, with one warning", async () => {
  const embeddings = new TopicEmbeddings();
  const { knowledge, folder } = await knowledgeWith(embeddings);
  await knowledge.ingest([folder]);
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  embeddings.broken = new Error("out of credit");
  for (let time = 0; time < 2; time++) {
    const [chunk] = await knowledge.search("battery");
    expect(chunk!.metadata).toMatchObject({ source: "handbook/machine.md", found_by: ["bm25"] });
  }
  expect(warn).toHaveBeenCalledOnce();
  expect(String(warn.mock.calls[0]![0])).toContain("out of credit");
});

test("vectors and their cache outlive the process", async () => {
  const embeddings = new TopicEmbeddings();
  const { knowledge, open, folder } = await knowledgeWith(embeddings);
  await knowledge.ingest([folder]);
  await knowledge.close();
  const { calls } = embeddings;
  const next = await open();
  expect((await next.search("vacation?"))[0]!.metadata.found_by).toEqual(["vector"]);
  expect(await next.describe()).toMatchObject({ vectors: { store: "sqlite", model: "test:topics" } });
  expect(await next.ingest([folder])).toMatchObject({ embedded: 0 });
  expect(embeddings.calls).toBe(calls);
});

test("a provider that answers with too few vectors is an error, and nothing half is kept", async () => {
  const embeddings = new TopicEmbeddings();
  const { knowledge, folder } = await knowledgeWith(embeddings);
  const short = vi.spyOn(embeddings, "embedDocuments").mockResolvedValue([[1, 0, 0, 0]]);
  expect(await knowledge.ingest([folder])).toMatchObject({ embedded: 0, failed: [{ code: "embedding_failed" }] });
  short.mockRestore();
  expect(await knowledge.ingest([folder])).toMatchObject({ embedded: 3, failed: [] });
});

test("an unreachable CHROMA_URL is told before any work is done", async () => {
  vi.stubEnv("VECTOR_STORE", "auto");
  vi.stubEnv("CHROMA_URL", "http://127.0.0.1:9");
  const { knowledge, folder } = await knowledgeWith(new TopicEmbeddings());
  const failure = { code: "chroma_unreachable", hint: expect.stringContaining("CHROMA_URL") };
  await expect(knowledge.ingest([folder])).rejects.toMatchObject(failure);
  await expect(knowledge.search("vacation")).rejects.toMatchObject(failure);
  await expect(knowledge.describe()).rejects.toMatchObject(failure);
});
