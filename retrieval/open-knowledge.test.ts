import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createRetriever } from "./create-retriever.ts";
import { openKnowledge } from "./open-knowledge.ts";
import { relevanceThreshold } from "./relevance.ts";

/** A folder of files and the knowledge base of a data folder beside it. */
async function knowledgeOf(files: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), "troupe-knowledge-"));
  const folder = join(root, "handbook");
  const dataFolder = join(root, "data");
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await write(name, content);
  const knowledge = await openKnowledge({ dataFolder, embeddings: () => undefined });
  onTestFinished(async () => {
    await knowledge.close();
    await rm(root, { recursive: true, force: true });
  });
  return { knowledge, folder, dataFolder, write };
}

const leave = "# Leave\n\n## Requests\n\nRequests for leave go to people@example.org, two weeks before.\n";
const machine = "# Machine\n\nA full charge of the machine takes 45 minutes.\n";

test("a chunk says where it stands and how it was found", async () => {
  const { knowledge, folder } = await knowledgeOf({ "leave.md": leave, "machine.md": machine });
  await knowledge.ingest([folder]);
  const [chunk] = await knowledge.search("Where do requests for leave go to?");
  expect(chunk!.pageContent).toContain("people@example.org");
  expect(chunk!.metadata).toMatchObject({
    source: "handbook/leave.md",
    heading_path: ["Leave", "Requests"],
    line_start: 1,
    line_end: 5,
    found_by: ["bm25"],
  });
  expect(chunk!.metadata.id).toBe(chunk!.id);
});

test("a second ingest touches only what changed", async () => {
  const { knowledge, folder, write } = await knowledgeOf({
    "leave.md": leave,
    "machine.md": machine,
    "sub/old.txt": "old news",
  });
  expect(await knowledge.ingest([folder])).toMatchObject({
    added: ["handbook/leave.md", "handbook/machine.md", "handbook/sub/old.txt"],
    changed: [],
    chunks: 3,
  });
  await write("machine.md", machine.replace("45", "50"));
  await rm(join(folder, "sub"), { recursive: true });
  expect(await knowledge.ingest([folder])).toEqual({
    added: [],
    changed: ["handbook/machine.md"],
    unchanged: ["handbook/leave.md"],
    removed: ["handbook/sub/old.txt"],
    chunks: 1,
    embedded: 0,
    failed: [],
  });
  expect((await knowledge.search("full charge"))[0]!.pageContent).toContain("50 minutes");
  expect(await knowledge.search("news")).toEqual([]);
  expect(await knowledge.describe()).toMatchObject({ documents: 2, chunks: 2 });
});

test("what is deleted is in no file any more", async () => {
  const { knowledge, folder, dataFolder } = await knowledgeOf({
    "leave.md": leave,
    "secret.md": "The word is xylophonist.",
  });
  await knowledge.ingest([folder]);
  const bytes = async () =>
    (
      await Promise.all(["knowledge.db", "knowledge.db-wal"].map((name) => readFile(join(dataFolder, name), "latin1")))
    ).join();
  expect(await bytes()).toContain("xylophonist");
  await rm(join(folder, "secret.md"));
  await knowledge.ingest([folder]);
  expect(await bytes()).not.toContain("xylophon");
});

test("one bad file in a folder is reported, and the others are ingested", async () => {
  const { knowledge, folder } = await knowledgeOf({
    "a.md": leave,
    "b.pdf": "%PDF-1.4 broken",
    "c.docx": "unsupported",
    "d.md": machine,
    ".hidden.md": "hidden",
    "node_modules/x/readme.md": "package",
  });
  const report = await knowledge.ingest([folder]);
  expect(report.added).toEqual(["handbook/a.md", "handbook/d.md"]);
  expect(report.failed).toMatchObject([
    { source: "handbook/b.pdf", code: "source_unreadable", hint: expect.stringMatching(/./) },
    { source: "handbook/c.docx", code: "source_unsupported", hint: expect.stringContaining(".md") },
  ]);
});

test("a file that has become unreadable keeps what was stored of it", async () => {
  const { knowledge, folder, write } = await knowledgeOf({ "leave.md": leave });
  await knowledge.ingest([folder]);
  await write("leave.md", "\0\0\0");
  const report = await knowledge.ingest([folder]);
  expect(report).toMatchObject({ failed: [{ code: "source_unreadable" }], removed: [] });
  expect(await knowledge.search("leave requests")).toHaveLength(1);
});

test.skipIf(process.getuid?.() === 0)("a folder that cannot be listed loses nothing", async () => {
  const { knowledge, folder } = await knowledgeOf({ "sub/leave.md": leave });
  await knowledge.ingest([folder]);
  await chmod(join(folder, "sub"), 0);
  onTestFinished(() => chmod(join(folder, "sub"), 0o700));
  const report = await knowledge.ingest([folder]);
  expect(report).toMatchObject({ failed: [{ code: "source_unreadable" }], removed: [] });
});

test("a path that is not there and an unsupported file named itself are errors", async () => {
  const { knowledge, folder } = await knowledgeOf({ "c.docx": "unsupported" });
  await expect(knowledge.ingest([join(folder, "gone.md")])).rejects.toMatchObject({ code: "source_not_found" });
  await expect(knowledge.ingest([join(folder, "c.docx")])).rejects.toMatchObject({ code: "source_unsupported" });
});

test("an abort keeps whole files only, and progress counts to the end", async () => {
  const long = Array.from({ length: 5_000 }, (_, index) => `Paragraph ${index} about subject ${index}.\n`).join("\n");
  const { knowledge, folder } = await knowledgeOf({ "a.md": leave, "b.md": long });
  const stop = new AbortController();
  const ingest = knowledge.ingest([folder], {
    signal: stop.signal,
    onProgress: ({ source }) => source.endsWith("b.md") && setImmediate(() => stop.abort()),
  });
  await expect(ingest).rejects.toThrow(/abort/);
  expect(await knowledge.describe()).toMatchObject({ documents: 1, chunks: 1 });

  const seen: number[] = [];
  await knowledge.ingest([folder], { onProgress: ({ done, total }) => seen.push(done / total) });
  expect(seen).toEqual([0, 0.5, 1]);
});

test("search answers from what is committed while a long file is being ingested", async () => {
  const long = Array.from({ length: 3_000 }, (_, index) => `Paragraph ${index} about leave and more.\n`).join("\n");
  const { knowledge, folder, write } = await knowledgeOf({ "leave.md": leave });
  await knowledge.ingest([folder]);
  await write("long.md", long);
  const state = { done: false, searches: 0 };
  const ingest = knowledge.ingest([folder]).finally(() => (state.done = true));
  while (!state.done) {
    expect(await knowledge.search("leave requests")).toHaveLength(1);
    state.searches += 1;
    await nextTurn();
  }
  await ingest;
  expect(state.searches).toBeGreaterThan(3);
  expect(await knowledge.search("leave requests")).toHaveLength(6);
});

test("an edit further up in a file changes no other chunk's id", async () => {
  const { knowledge, folder, write } = await knowledgeOf({ "all.md": `${machine}\n${leave}` });
  await knowledge.ingest([folder]);
  const [before] = await knowledge.search("leave requests");
  await write("all.md", `${machine}\nAnd more.\n\n${leave}`);
  await knowledge.ingest([folder]);
  const [after] = await knowledge.search("leave requests");
  expect(after!.id).toBe(before!.id);
  expect(after!.metadata.line_start).toBe(before!.metadata.line_start + 2);
});

test("misspelt words are understood", async () => {
  const { knowledge, folder } = await knowledgeOf({ "leave.md": leave, "machine.md": machine });
  await knowledge.ingest([folder]);
  const [chunk] = await knowledge.search("how many minuets does a full chrage take?");
  expect(chunk!.metadata).toMatchObject({ source: "handbook/machine.md" });
  expect(chunk!.metadata.relevance).toBeGreaterThan(0.7);
});

test("relevance is high for an answer and low where the documents have none", async () => {
  const { knowledge, folder } = await knowledgeOf({ "leave.md": leave, "machine.md": machine });
  await knowledge.ingest([folder]);
  const best = async (question: string) => (await knowledge.search(question))[0]?.metadata.relevance ?? 0;
  expect(await best("Please tell me: how long does a full charge take?")).toBe(1);
  expect(await best("Who won the chess tournament two weeks ago?")).toBeLessThan(relevanceThreshold);
  expect(await best("What is it?")).toBe(0);
});

test("a follow-up is understood from the turn before it, which alone is no answer", async () => {
  const { knowledge, folder } = await knowledgeOf({
    "leave.md": leave,
    "travel.md": "# Travel\n\nRequests for a journey go to travel@example.org.\n",
    "machine.md": machine,
  });
  await knowledge.ingest([folder]);
  const context = "How long before must I ask for leave?";
  const [chunk] = await knowledge.search("and where do the requests go?", { context });
  expect(chunk!.metadata.source).toBe("handbook/leave.md");
  const [other] = await knowledge.search("who won the tournament?", { context });
  expect(other!.metadata.relevance).toBeLessThan(relevanceThreshold);
});

test("questions may hold anything that people type", async () => {
  const { knowledge, folder } = await knowledgeOf({ "leave.md": leave });
  await knowledge.ingest([folder]);
  for (const question of [
    "",
    "   ",
    "\"'; DROP TABLE chunks;--",
    "__proto__ constructor",
    "☃️ 😀",
    "a".repeat(100_000),
  ]) {
    expect(await knowledge.search(question)).toEqual([]);
  }
});

test("a data folder has one knowledge base in a process until it is closed", async () => {
  const { knowledge, dataFolder } = await knowledgeOf({});
  expect(await openKnowledge({ dataFolder })).toBe(knowledge);
  await knowledge.close();
  const next = await openKnowledge({ dataFolder, embeddings: () => undefined });
  onTestFinished(() => next.close());
  expect(next).not.toBe(knowledge);
});

test("the retriever is LangChain's", async () => {
  const { knowledge, folder } = await knowledgeOf({ "leave.md": leave, "machine.md": machine });
  await knowledge.ingest([folder]);
  const documents = await createRetriever(knowledge, { limit: 1 }).invoke("leave requests or a full charge");
  expect(documents).toHaveLength(1);
  expect(documents[0]!.metadata.source).toMatch(/^handbook\//);
});

test("without an embedding model the description says that words alone are searched", async () => {
  const { knowledge } = await knowledgeOf({});
  expect(await knowledge.describe()).toEqual({
    documents: 0,
    chunks: 0,
    vectors: null,
    note: expect.stringContaining("MODEL_EMBED"),
  });
});
