import { toJsonSchema } from "@langchain/core/utils/json_schema";
import type { ModelRequest } from "../../storage/storage.ts";
import { toJson } from "./to-json.ts";
import { toSpanMessage } from "./to-span-message.ts";

/** What a chat model is asked, alike for every provider: another model may be asked the same. */
export function toModelRequest(messages: readonly object[], options: Record<string, unknown> = {}): ModelRequest {
  const request = toJson(() => {
    const { tools, tool_choice, response_format, stop } = options;
    const more = { tool_choice: nameChoice(tool_choice), response_format, stop };
    const told = Object.entries(more).filter(([, value]) => value !== undefined);
    return {
      messages: messages.map(toSpanMessage),
      ...(Array.isArray(tools) && tools.length > 0 && { tools: tools.map(describeTool) }),
      ...(told.length > 0 && { options: Object.fromEntries(told) }),
    };
  });
  return typeof request === "string" ? { messages: [{ type: "human", content: request }] } : (request as ModelRequest);
}

/** A bound tool in the shape of OpenAI (`function.parameters`), of Anthropic (`input_schema`) or of LangChain (`schema`). */
function describeTool(tool: object): NonNullable<ModelRequest["tools"]>[number] {
  const { function: inner, type } = tool as { function?: object; type?: string };
  const { name, description, parameters, input_schema, schema } = (inner ?? tool) as Record<string, unknown>;
  const shape = parameters ?? input_schema ?? (schema ? toJsonSchema(schema) : undefined);
  return {
    name: (name ?? type ?? "tool") as string,
    ...(typeof description === "string" && { description }),
    ...(shape !== undefined && { schema: shape }),
  };
}

/** The tool that must be called by its name; else `auto`, `any` or `none`. */
function nameChoice(choice: unknown): unknown {
  if (choice === "required") return "any";
  if (typeof choice !== "object" || choice === null) return choice;
  const { function: inner, name, type } = choice as { function?: { name?: string }; name?: string; type?: string };
  return inner?.name ?? name ?? type;
}

/** The provider's name for a model: what LangChain's tracing is told, else the provider itself, such as `embedded`. */
export function nameModel(
  told: { ls_model_name?: unknown; ls_provider?: unknown },
  invocationParams: Record<string, unknown> = {},
): string {
  const names = [told.ls_model_name, invocationParams["model"], invocationParams["model_name"], told.ls_provider];
  return names.find((name): name is string => typeof name === "string" && name !== "") ?? "unknown";
}
