import { styleText } from "node:util";
import type { describeModels } from "../models/index.ts";
import type { KnowledgeDescription } from "../retrieval/knowledge.ts";
import { readVersion } from "../server/read-package.ts";

/** What a person should know of a server that has just started. */
export interface Welcome {
  url: string;
  graphs: readonly string[];
  models: ReturnType<typeof describeModels>;
  /** Undefined where the server keeps no knowledge base. */
  documents?: KnowledgeDescription;
  dataFolder: string;
  /** A command that asks this server something. */
  example: string;
}

/** Prints where the server is, what it serves, which models answer, what is kept where, and what to do next. */
export function printWelcome({ url, graphs, models, documents, dataFolder, example }: Welcome): void {
  const address = url.replace("//127.0.0.1:", "//localhost:");
  const rows: [string, string[]][] = [
    ["graphs", [graphs.join(", ")]],
    ["models", describeChains(models)],
    ["documents", documents ? describeDocuments(documents) : ["none: started with --no-knowledge"]],
    ["kept in", [dataFolder]],
    ["studio", [`https://smith.langchain.com/studio/?baseUrl=${address}`]],
  ];
  console.log(`\n${styleText("bold", `Troupe ${readVersion()}`)}  ${styleText(["cyan", "underline"], address)}\n`);
  for (const [name, lines] of rows) {
    for (const [index, line] of lines.entries()) {
      console.log(`  ${styleText("dim", (index === 0 ? name : "").padEnd(10))}  ${line}`);
    }
  }
  console.log(`\nAsk it:  ${example}`);
  console.log("Ctrl-C stops it.\n");
}

function describeChains(models: Welcome["models"]): string[] {
  const chat = models.filter(({ role }) => role !== "embed");
  const lines = chat.map(({ role, chain, reason }) => `${role}: ${chain.join(", then ")} (${reason})`);
  const embedded = chat.some(({ chain }) => chain[0] === "embedded");
  if (embedded) lines.push("The embedded model quotes documents and calculates; for free text set OPENAI_API_KEY,");
  lines.push(
    embedded
      ? "ANTHROPIC_API_KEY or OPENAI_BASE_URL, in the environment or in .env (see .env.example)."
      : "Change it with MODEL_FAST and MODEL_SMART, in the environment or in .env (see .env.example).",
  );
  return lines;
}

function describeDocuments({ documents, chunks, vectors, note }: KnowledgeDescription): string[] {
  const lines = [`${documents} documents in ${chunks} chunks`];
  if (vectors) lines.push(`vectors of ${vectors.model} in ${vectors.url ? `Chroma at ${vectors.url}` : "SQLite"}`);
  return note ? [...lines, note] : lines;
}
