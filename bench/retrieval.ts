import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openKnowledge } from "../retrieval/open-knowledge.ts";
import { relevanceThreshold } from "../retrieval/relevance.ts";
import { openSqliteKnowledge } from "../storage/sqlite/knowledge.ts";
import {
  type Collection,
  corpora,
  readCode,
  readDocumentation,
  readSciFact,
  readSpanQuestions,
} from "./retrieval/collections.ts";
import { createMisspeller, measureRanking, storeCollection } from "./retrieval/measure-ranking.ts";
import { bestRelevance, isAnswer, measureRefusal } from "./retrieval/measure-refusal.ts";

// What retrieval by words alone finds, and when it says that there is nothing, on public collections.
const data = resolve(process.argv[3] ?? ".");
const temporary = await mkdtemp(join(tmpdir(), "troupe-bench-"));

try {
  if (existsSync(join(data, "scifact"))) {
    await ranking("SciFact (BM25 of BEIR and Pyserini: nDCG@10 .665 to .679)", await readSciFact(data), true);
    await ranking("code (a published embedding model: recall .809 .872 .901)", await readCode(data));
    await ranking("documentation", await readDocumentation(data));
    await files();
  } else {
    console.error(`No collections at "${data}": name the folder that holds scifact/, claude-cookbooks/ and chunking/.`);
    process.exitCode = 1;
  }
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function ranking(name: string, collection: Collection, misspelt = false): Promise<void> {
  const storage = openSqliteKnowledge(await mkdtemp(join(temporary, "ranking-")));
  const ids = await storeCollection(storage, collection);
  console.log(`\n${name}: ${collection.documents.length} documents, ${collection.questions.length} questions`);
  const figures: Record<string, object> = { "as asked": await measureRanking(storage, ids, collection) };
  if (misspelt) figures["half misspelt"] = await measureRanking(storage, ids, collection, createMisspeller());
  print(figures);
  await storage.close();
}

async function files(): Promise<void> {
  const questions = await readSpanQuestions(data);
  const open = async (names: string[]) => {
    const knowledge = await openKnowledge({
      dataFolder: await mkdtemp(join(temporary, "files-")),
      embeddings: () => undefined,
    });
    const began = performance.now();
    const { chunks } = await knowledge.ingest(names.map((name) => join(data, "chunking", `${name}.md`)));
    return { knowledge, chunks, seconds: (performance.now() - began) / 1_000 };
  };
  const all = await open(corpora);
  console.log(`\nfive files as ${all.chunks} chunks in ${all.seconds.toFixed(1)} s, ${questions.length} questions`);

  const hits = { 1: 0, 3: 0, 6: 0 };
  for (const question of questions) {
    const found = (await all.knowledge.search(question.text)).map((chunk) => isAnswer(chunk, question));
    for (const depth of [1, 3, 6] as const) if (found.slice(0, depth).some(Boolean)) hits[depth] += 1;
  }
  const share = (count: number) => count / questions.length;
  print({ "a passage that answers among the first": { 1: share(hits[1]), 3: share(hits[3]), 6: share(hits[6]) } });

  const others = new Map<string, Awaited<ReturnType<typeof open>>>();
  for (const corpus of corpora) others.set(corpus, await open(corpora.filter((name) => name !== corpus)));
  const answered = await bestRelevance(questions, () => all.knowledge);
  const elsewhere = await bestRelevance(questions, ({ corpus }) => others.get(corpus)!.knowledge);
  const nearby = await bestRelevance(questions, () => all.knowledge, isAnswer);
  console.log(`\nrefusing by relevance, ours ${relevanceThreshold}`);
  print({
    "its own file is not there": measureRefusal(answered, elsewhere),
    "only the answers are not there": measureRefusal(answered, nearby),
  });
  for (const { knowledge } of [all, ...others.values()]) await knowledge.close();
}

function print(rows: Record<string, object>): void {
  const rounded = Object.entries(rows).map(([name, row]) => [
    name,
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number((value as number).toFixed(3))])),
  ]);
  console.table(Object.fromEntries(rounded));
}
