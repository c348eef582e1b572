import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Client } from "@langchain/langgraph-sdk";
import { createServer } from "../server/index.ts";
import { type Answer, judge, type Question } from "./answers/judge.ts";

// How many of the questions in bench/answers the orchestrator answers right, over HTTP, with the embedded model or the one set.
const folder = join(import.meta.dirname, "answers");
const worlds = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
const counts = new Map<string, { right: number; asked: number }>();
const failures: string[] = [];

for (const { name } of worlds) {
  const data = await mkdtemp(join(tmpdir(), "troupe-answers-"));
  const config = join(import.meta.dirname, "../langgraph.json");
  const server = await createServer({ config, port: 0, data });
  try {
    await (await server.knowledge!()).ingest([join(folder, name, "documents")]);
    const client = new Client({ apiUrl: server.url, apiKey: null });
    const questions = JSON.parse(await readFile(join(folder, name, "questions.json"), "utf8")) as Question[];
    for (const question of questions) {
      const answer = await ask(client, question.turns);
      const faults = judge(question, answer);
      count(name, faults.length === 0);
      count(question.kind, faults.length === 0);
      if (faults.length > 0) failures.push(`${question.turns.join(" > ")}\n  ${faults.join("; ")}\n  ${answer.text}`);
    }
  } finally {
    await server.close({ deadlineMs: 0 });
    await rm(data, { recursive: true, force: true });
  }
}

if (process.argv.includes("--failed")) console.log(`${failures.join("\n\n")}\n`);
console.table(Object.fromEntries(counts));
const all = worlds.map(({ name }) => counts.get(name)!);
console.log(
  `${all.reduce((sum, { right }) => sum + right, 0)} of ${all.reduce((sum, { asked }) => sum + asked, 0)} right`,
);

async function ask(client: Client, turns: string[]): Promise<Answer> {
  const { thread_id } = await client.threads.create();
  let answer: Answer = { text: "", sources: [] };
  for (const content of turns) {
    const values = (await client.runs.wait(thread_id, "orchestrator", {
      input: { messages: [{ role: "user", content }] },
    })) as { messages: { content: string }[]; citations: { source: string }[] };
    const sources = values.citations.map(({ source }) => basename(source));
    answer = { text: values.messages.at(-1)?.content ?? "", sources };
  }
  return answer;
}

function count(key: string, right: boolean): void {
  const before = counts.get(key) ?? { right: 0, asked: 0 };
  counts.set(key, { right: before.right + (right ? 1 : 0), asked: before.asked + 1 });
}
