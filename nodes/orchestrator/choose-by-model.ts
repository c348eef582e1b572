import type { AIMessage } from "@langchain/core/messages";
import { selectModel } from "../../models/index.ts";
import { routePrompt } from "../../prompts/index.ts";
import { type Destination, destinations } from "./destinations.ts";

/** What the fast model chose, how sure it said it was (0.5 where it did not say), and the tokens that it took. */
export interface Chosen {
  destination: Destination;
  confidence: number;
  reason: string;
  tokens: number;
}

/** Asks the fast model, with structured output, which of the candidates a question goes to. Throws what the model throws. */
export async function chooseByModel(question: string, candidates: Destination[]): Promise<Chosen> {
  const choices = candidates.map((name) => ({ name, ...destinations[name] }));
  const { messages, schema } = routePrompt(question, choices);
  const model = selectModel("fast").withStructuredOutput(schema, { includeRaw: true, name: "choose_destination" });
  const { parsed, raw } = await model.invoke(messages, { tags: ["langsmith:nostream"] });
  // Without tools or a JSON mode of its own, a model may answer with anything.
  if (!candidates.some((candidate) => candidate === parsed?.destination))
    throw new Error("its answer names none of the choices");
  return {
    destination: parsed.destination as Destination,
    confidence: parsed.confidence ?? 0.5,
    reason: parsed.reason ?? "the model chose it; neither a rule nor similarity decided",
    tokens: (raw as AIMessage).usage_metadata?.total_tokens ?? 0,
  };
}
