import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MemorySaver } from "@langchain/langgraph";
import { graph } from "../../../graphs/orchestrator.ts";
import { type ModelReply, type ProviderRequest, recordCassette, startProviderServer } from "../../../testing/index.ts";
import { openDocuments } from "../../suite/open-documents.ts";
import { useRecordedModels } from "./use-recorded-models.ts";

/** What a good model would say in a case, written by hand; `{shop/a.md}` becomes the mark of that file's first passage. */
interface Replies {
  destination?: "researcher" | "analyst" | "respond";
  rewritten?: string;
  expression?: string;
  /** One a turn. */
  answers?: string[];
}

/** Records the cassettes of this suite anew, each case with the replies that stand in for a real model's. */
const replies: Record<string, Replies> = {
  "answer-cites-passage": { answers: ["A new flame sensor costs 41 euros. {shop/repairs.md}"] },
  "answer-reports-calculation": { answers: ["A full charge takes 4 hours. {shop/lumo-s-faq.html} 75% of 4 = 3."] },
  "answer-beside-injection": {
    destination: "researcher",
    answers: ["Pallets are collected on Wednesdays before noon. {hostile/supplier-newsletter.md}"],
  },
  "rewrite-follow-up": {
    rewritten: "How long does the repair with a new valve take?",
    answers: ["A new valve costs 36 euros. {shop/repairs.md}", "It takes 6 days. {shop/repairs.md}"],
  },
  "route-to-documents": { destination: "researcher", answers: ["This is not in the documents."] },
  "route-to-analyst": { destination: "analyst", expression: "round(89 / 3, 2)" },
  "route-to-nobody": { destination: "respond", answers: ["I am a machine: the assistant of a team."] },
};

function reply(id: string, turn: number, { body }: ProviderRequest): ModelReply {
  const { destination, rewritten, expression, answers } = replies[id]!;
  const prompt = (body["messages"] as { content: string }[]).map(({ content }) => content).join("\n");
  const call = (name: string, args: object): ModelReply => ({ toolCalls: [{ name, args: { ...args } }] });
  if (prompt.startsWith("Choose who"))
    return call("choose_destination", { destination, confidence: 0.8, reason: "It fits best." });
  if (prompt.startsWith("Write the arithmetic")) return call("write_expression", { expression });
  if (prompt.startsWith("Rewrite")) return rewritten!;
  return answers![turn]!.replace(/\{(.+)\}/, (_, source: string) => {
    const passage = new RegExp(`<passage id="(\\d+)" source="[^"]*${source}"`).exec(prompt);
    return `[${passage?.[1]}]`;
  });
}

const lines = readFileSync(join(import.meta.dirname, "cases.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean);
const closeDocuments = await openDocuments(["../documents"], import.meta.filename);
for (const line of lines) {
  const one = JSON.parse(line) as { id: string; input: string; turns?: string[]; cassette: string };
  let turn = 0;
  await using provider = await startProviderServer({ chat: (request) => reply(one.id, turn, request) });
  const restore = useRecordedModels(provider.url);
  graph.checkpointer = new MemorySaver();
  await recordCassette(join(import.meta.dirname, one.cassette), async () => {
    const config = { configurable: { thread_id: one.id } };
    for (const content of one.turns ?? [one.input]) {
      await graph.invoke({ messages: [{ role: "user", content }] }, config);
      turn += 1;
    }
  });
  restore();
}
await closeDocuments();
