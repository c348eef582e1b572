import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { mapStoredMessageToChatMessage, type StoredMessage } from "@langchain/core/messages";
import { toJson } from "../../server/trace/to-json.ts";
import { toAnswer } from "../../server/trace/to-span-message.ts";
import type { ModelRequest, SpanMessage } from "../../storage/storage.ts";
import { type CallAnswer, callScopes } from "../../testing/call-interceptor.ts";

/** Puts a recorded request to a model: with its tools and options, whatever model of whatever graph it was made for. */
export async function askModel(
  model: BaseChatModel,
  { messages, tools, options = {} }: ModelRequest,
  signal?: AbortSignal,
): Promise<CallAnswer> {
  const { tool_choice, ...others } = options;
  const functions = tools?.map(({ name, description, schema }) => ({
    type: "function",
    function: { name, description, parameters: schema },
  }));
  const bound = functions
    ? model.bindTools!(functions, { ...(tool_choice !== undefined && { tool_choice }) } as object)
    : model;
  // Outside of the replay: neither intercepted nor traced a second time.
  const answer = await callScopes.exit(() =>
    bound.invoke(messages.map(toMessage), { ...others, callbacks: [], ...(signal && { signal }) }),
  );
  const { usage_metadata: usage } = answer;
  const name = answer.response_metadata["model_name"];
  return { response: { message: toJson(() => toAnswer(answer)) }, ...(usage && { usage }), ...(name && { name }) };
}

const toMessage = ({ type, ...data }: SpanMessage) => mapStoredMessageToChatMessage({ type, data } as StoredMessage);
