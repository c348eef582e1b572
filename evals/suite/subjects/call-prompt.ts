import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { RunnableConfig } from "@langchain/core/runnables";
import { selectModel } from "../../../models/index.ts";
import type { Subjects } from "../suite-options.ts";

/** Has a model answer a prompt program's messages: an object of its schema where it has one, else the text. */
export async function callPrompt(
  prompt: unknown,
  model: NonNullable<Subjects["model"]>,
  config: RunnableConfig,
): Promise<unknown> {
  const { messages, schema } = (hasMessages(prompt) ? prompt : { messages: prompt }) as {
    messages: BaseLanguageModelInput;
    schema?: Record<string, unknown>;
  };
  const chat = typeof model === "string" ? selectModel(model) : model;
  if (schema) return chat.withStructuredOutput(schema).invoke(messages, config);
  return (await chat.invoke(messages, config)).text;
}

const hasMessages = (prompt: unknown) => typeof prompt === "object" && prompt !== null && "messages" in prompt;
