import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";

/** Documents and questions with the documents that answer them. */
export interface Collection {
  documents: { id: string; heading: string; text: string }[];
  questions: { text: string; answers: Map<string, number> }[];
}

/** 5,183 abstracts and 300 claims of BEIR's SciFact test. */
export async function readSciFact(folder: string): Promise<Collection> {
  const corpus = await readJsonLines<{ _id: string; title: string; text: string }>(
    join(folder, "scifact/corpus.jsonl"),
  );
  const queries = await readJsonLines<{ _id: string; text: string }>(join(folder, "scifact/queries.jsonl"));
  const texts = new Map(queries.map(({ _id, text }) => [_id, text]));
  const answers = new Map<string, Map<string, number>>();
  const judgements = await readFile(join(folder, "scifact/test.tsv"), "utf8");
  for (const line of judgements.trim().split("\n").slice(1)) {
    const [query, document, score] = line.split("\t") as [string, string, string];
    answers.set(query, (answers.get(query) ?? new Map<string, number>()).set(document, Number(score)));
  }
  return {
    documents: corpus.map(({ _id, title, text }) => ({ id: _id, heading: title, text })),
    questions: [...answers].map(([query, found]) => ({ text: texts.get(query)!, answers: found })),
  };
}

/** 737 chunks of code and 248 questions about them. */
export async function readCode(folder: string): Promise<Collection> {
  const file = join(folder, "claude-cookbooks/codebase_chunks.json");
  const sources = JSON.parse(await readFile(file, "utf8")) as {
    original_uuid: string;
    chunks: { original_index: number; content: string }[];
  }[];
  const questions = await readJsonLines<{ query: string; golden_chunk_uuids: [string, number][] }>(
    join(folder, "claude-cookbooks/evaluation_set.jsonl"),
  );
  return {
    documents: sources.flatMap(({ original_uuid, chunks }) =>
      chunks.map(({ original_index, content }) => ({
        id: `${original_uuid} ${original_index}`,
        heading: "",
        text: content,
      })),
    ),
    questions: questions.map(({ query, golden_chunk_uuids }) => ({
      text: query,
      answers: new Map(golden_chunk_uuids.map((id) => [id.join(" "), 1])),
    })),
  };
}

/** 232 chunks of documentation and 100 questions. */
export async function readDocumentation(folder: string): Promise<Collection> {
  const read = async <Row>(name: string) =>
    JSON.parse(await readFile(join(folder, "claude-cookbooks", name), "utf8")) as Row[];
  const chunks = await read<{ chunk_link: string; chunk_heading: string; text: string }>("anthropic_docs.json");
  const questions = await read<{ question: string; correct_chunks: string[] }>("docs_evaluation_dataset.json");
  return {
    documents: chunks.map(({ chunk_link, chunk_heading, text }) => ({ id: chunk_link, heading: chunk_heading, text })),
    questions: questions.map(({ question, correct_chunks }) => ({
      text: question,
      answers: new Map(correct_chunks.map((link) => [link, 1])),
    })),
  };
}

/** A question about one of the five corpora, with the passages of it that answer. */
export interface SpanQuestion {
  text: string;
  corpus: string;
  spans: string[];
}

/** The five corpora of `chunking/`, each a Markdown file. */
export const corpora = ["chatlogs", "finance", "pubmed", "state_of_the_union", "wikitexts"];

/** 472 questions with 790 passages that answer them. */
export async function readSpanQuestions(folder: string): Promise<SpanQuestion[]> {
  const rows = parse(await readFile(join(folder, "chunking/questions_df.csv")), { columns: true }) as Record<
    "question" | "references" | "corpus_id",
    string
  >[];
  return rows.map(({ question, references, corpus_id }) => ({
    text: question,
    corpus: corpus_id,
    spans: (JSON.parse(references) as { content: string }[]).map(({ content }) => content),
  }));
}

async function readJsonLines<Row>(path: string): Promise<Row[]> {
  const text = await readFile(path, "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}
