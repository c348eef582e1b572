import type { ModelResponse, SpanMessage } from "../../storage/storage.ts";

/** A message of LangChain, of whatever copy of it, or one as the LangGraph API sends it. */
interface AnyMessage {
  getType?: () => string;
  type?: string;
  content?: unknown;
  name?: string | null;
  tool_calls?: { name: string; args: Record<string, unknown>; id?: string | null }[] | null;
  tool_call_id?: string | null;
  status?: string | null;
  additional_kwargs?: Record<string, unknown>;
  response_metadata?: Record<string, unknown>;
}

/** Whether a value is a message of LangChain, of whatever copy of it. */
export const isMessage = (value: unknown): value is object =>
  typeof value === "object" && value !== null && "getType" in value && "content" in value;

/** A message as spans keep it: what a model reads of it, without its id and what the provider told beside. */
export function toSpanMessage(message: object): SpanMessage {
  const { getType, type, content, name, tool_calls, tool_call_id, status } = message as AnyMessage;
  return {
    type: getType?.call(message) ?? type ?? "human",
    content,
    ...(name && { name }),
    ...(tool_calls?.length && {
      tool_calls: tool_calls.map((call) => ({ name: call.name, args: call.args, ...(call.id && { id: call.id }) })),
    }),
    ...(tool_call_id && { tool_call_id }),
    ...(status && { status }),
  };
}

/** A model's answer as spans keep it, also with what no later request holds of it but a graph may read. */
export function toAnswer(message: object): ModelResponse["message"] {
  const { additional_kwargs = {}, response_metadata = {} } = message as AnyMessage;
  return {
    ...toSpanMessage(message),
    ...(Object.keys(additional_kwargs).length > 0 && { additional_kwargs }),
    ...(Object.keys(response_metadata).length > 0 && { response_metadata }),
  };
}
