import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { TopicEmbeddings } from "../tests/topic-embeddings.ts";
import { answers } from "./chroma-server.ts";
import { openKnowledge } from "./open-knowledge.ts";

const chroma = inject("chroma");

async function openWith(variables: Record<string, string>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const root = await mkdtemp(join(tmpdir(), "troupe-chroma-"));
  const folder = join(root, "handbook");
  const dataFolder = join(root, "data");
  await mkdir(folder);
  await writeFile(join(folder, "leave.md"), "# Staff\n\nAn absence is asked for two weeks before.\n");
  await writeFile(join(folder, "machine.md"), "# Machine\n\nThe battery is full in 45 minutes.\n");
  const embeddings = new TopicEmbeddings();
  const open = async () => openKnowledge({ dataFolder, embeddings: () => ({ embeddings, model: "test:topics" }) });
  onTestFinished(async () => {
    await (await open()).close();
    vi.unstubAllEnvs();
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  });
  return { knowledge: await open(), open, folder, dataFolder };
}

describe.skipIf(!chroma)("knowledge with a real Chroma", () => {
  test("CHROMA_URL keeps the vectors, and moving there from SQLite embeds nothing anew", async () => {
    const { knowledge, open, folder } = await openWith({ VECTOR_STORE: "sqlite" });
    expect(await knowledge.ingest([folder])).toMatchObject({ embedded: 2 });
    await knowledge.close();
    vi.stubEnv("VECTOR_STORE", "auto");
    vi.stubEnv("CHROMA_URL", chroma!.url);
    const next = await open();
    expect(await next.ingest([folder])).toMatchObject({ embedded: 0, failed: [] });
    expect(await next.describe()).toMatchObject({ vectors: { store: "chroma", url: chroma!.url } });
    const [chunk] = await next.search("vacation?");
    expect(chunk!.metadata).toMatchObject({ source: "handbook/leave.md", found_by: ["vector"] });
    await rm(join(folder, "leave.md"));
    await next.ingest([folder]);
    expect((await next.search("vacation?")).map(({ metadata }) => metadata.source)).toEqual(["handbook/machine.md"]);
  });

  test.skipIf(!chroma?.command)(
    "a chroma on the PATH is started for the data folder, and stopped at the end",
    async () => {
      const path = [dirname(chroma!.command!), process.env["PATH"]].join(delimiter);
      const { knowledge, folder, dataFolder } = await openWith({ PATH: path, VECTOR_STORE: "chroma" });
      expect(await knowledge.ingest([folder])).toMatchObject({ embedded: 2, failed: [] });
      const { vectors, note } = await knowledge.describe();
      expect(vectors).toMatchObject({ store: "chroma", model: "test:topics" });
      expect(note).toBeUndefined();
      expect((await knowledge.search("vacation?"))[0]!.metadata.found_by).toEqual(["vector"]);
      expect(await readdir(join(dataFolder, "chroma"))).toContain("chroma.sqlite3");
      await knowledge.close();
      expect(await answers(vectors!.url!)).toBe(false);
    },
  );
});
