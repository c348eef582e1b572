import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from "@langchain/core/language_models/base";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import {
  assembleStructuredOutputPipeline,
  createFunctionCallingParser,
} from "@langchain/core/language_models/structured_output";
import type { Runnable } from "@langchain/core/runnables";
import { toJsonSchema } from "@langchain/core/utils/json_schema";

/**
 * The `withStructuredOutput` of a chat model: the schema is bound as one tool that it must call, and the call is parsed
 * by the schema. LangChain's own default leaves the model free not to call the tool.
 */
export function bindStructuredOutput(model: Pick<BaseChatModel, "bindTools">): BaseChatModel["withStructuredOutput"] {
  const bind = (
    schema: Parameters<BaseChatModel["withStructuredOutput"]>[0],
    options: StructuredOutputMethodOptions<boolean> = {},
  ): Runnable<BaseLanguageModelInput, Record<string, unknown>> => {
    const parameters = toJsonSchema(schema);
    const name = options.name ?? parameters.title?.replace(/\W+/g, "_") ?? "extract";
    const description = parameters.description ?? "Records the answer.";
    const tool = { type: "function", function: { name, description, parameters } };
    const bound = model.bindTools!([tool], { tool_choice: name });
    const runName = options.includeRaw ? "StructuredOutputRunnable" : "StructuredOutput";
    return assembleStructuredOutputPipeline(
      bound,
      createFunctionCallingParser(schema, name),
      options.includeRaw,
      runName,
    );
  };
  return bind as BaseChatModel["withStructuredOutput"];
}
