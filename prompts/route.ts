import { HumanMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";
import { z } from "zod";

/** A destination that a model may choose, as the prompt and its schema show it. */
export interface Choice {
  name: string;
  description: string;
  examples: string[];
}

/** The prompt and the schema of its answer for choosing where a question goes. */
export function routePrompt(
  question: string,
  choices: Choice[],
): { messages: BaseMessage[]; schema: z.ZodType<Chosen> } {
  const options = choices.map(({ name, description, examples }) =>
    z.literal(name).describe(`${description} Examples: ${examples.join(" | ")}`),
  );
  const schema = z.object({
    destination: z.union(options).describe("Who should handle the question."),
    confidence: z.number().min(0).max(1).optional().describe("How sure you are, from 0 to 1."),
    reason: z.string().optional().describe("Why, in one short sentence."),
  });
  const list = choices.map(({ name, description }) => `- ${name}: ${description}`).join("\n");
  return {
    messages: [new SystemMessage(`Choose who should handle the user's question.\n${list}`), new HumanMessage(question)],
    schema,
  };
}

type Chosen = { destination: string; confidence?: number; reason?: string };
