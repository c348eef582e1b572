import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EmbeddedChatModel, markText, notInDocuments } from "../models/index.ts";
import { type Knowledge, openKnowledge, type RetrievedChunk } from "../retrieval/index.ts";
import { corpora, readSpanQuestions, type SpanQuestion } from "./retrieval/collections.ts";
import { isAnswer } from "./retrieval/measure-refusal.ts";

// How often the embedded model quotes what answers, and how often it refuses, rightly and wrongly: each question with
// what retrieval finds for it, without the passages that answer, and where its file is not there at all.
const data = resolve(process.argv[3] ?? ".");
const temporary = await mkdtemp(join(tmpdir(), "troupe-bench-"));
const model = new EmbeddedChatModel();

try {
  if (existsSync(join(data, "chunking"))) await measure(await readSpanQuestions(data));
  else {
    console.error(`No collection at "${data}": name the folder that holds chunking/.`);
    process.exitCode = 1;
  }
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function measure(questions: SpanQuestion[]): Promise<void> {
  const all = await open(corpora);
  const others = new Map<string, Knowledge>();
  for (const corpus of corpora) others.set(corpus, await open(corpora.filter((name) => name !== corpus)));
  const counts = { quoted: 0, refused: 0, "refused, answers taken out": 0, "refused, file not there": 0 };
  for (const question of questions) {
    const found = await all.search(question.text, { limit: 20 });
    const answer = await answerFrom(question, found);
    if (holdsSpan(answer, question)) counts.quoted += 1;
    if (refuses(answer)) counts.refused += 1;
    const near = found.filter((chunk) => !isAnswer(chunk, question));
    if (refuses(await answerFrom(question, near))) counts["refused, answers taken out"] += 1;
    const far = await others.get(question.corpus)!.search(question.text);
    if (refuses(await answerFrom(question, far))) counts["refused, file not there"] += 1;
  }
  const shares = Object.entries(counts).map(([name, count]) => [name, Number((count / questions.length).toFixed(3))]);
  console.table(Object.fromEntries(shares));
  for (const knowledge of [all, ...others.values()]) await knowledge.close();
}

async function open(names: string[]): Promise<Knowledge> {
  const dataFolder = await mkdtemp(join(temporary, "files-"));
  const knowledge = await openKnowledge({ dataFolder, embeddings: () => undefined });
  await knowledge.ingest(names.map((name) => join(data, "chunking", `${name}.md`)));
  return knowledge;
}

/** The answer of the embedded model to a question with the first six chunks, as the orchestrator marks them. */
async function answerFrom({ text }: SpanQuestion, chunks: RetrievedChunk[]): Promise<string> {
  const passages = chunks.slice(0, 6).map(({ pageContent, metadata: { source, heading_path, relevance } }, index) =>
    markText({
      kind: "passage",
      id: String(index + 1),
      source,
      heading: heading_path.join(" > "),
      relevance,
      text: pageContent,
    }),
  );
  return passages.length === 0 ? notInDocuments : (await model.invoke([...passages, text].join("\n\n"))).text;
}

function refuses(answer: string): boolean {
  return answer.includes(notInDocuments);
}

/** Whether six words in a row of a passage that answers, or all of a shorter one, stand in the answer. */
function holdsSpan(answer: string, { spans }: SpanQuestion): boolean {
  const said = ` ${wordsOf(answer).join(" ")} `;
  return spans.some((span) => {
    const words = wordsOf(span);
    const length = Math.min(6, words.length);
    return words.some(
      (_, at) => at + length <= words.length && said.includes(` ${words.slice(at, at + length).join(" ")} `),
    );
  });
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
