import { AIMessageChunk, type MessageContent } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import type { SpanUsage } from "../storage/storage.ts";
import { type FullReply, splitArguments, splitText } from "./model-reply.ts";

/** A reply as the chunks that a chat model streams: its text in words, its calls in pieces of their arguments, its usage last. */
export function writeChunks(
  reply: Omit<FullReply, "usage"> & {
    usage?: FullReply["usage"];
    blocks?: Exclude<MessageContent, string>;
    additional_kwargs?: Record<string, unknown>;
    /** In place of what OpenAI's says: why it ended, and the model. */
    response_metadata?: Record<string, unknown>;
  },
  model = "scripted",
): [ChatGenerationChunk, ...ChatGenerationChunk[]] {
  const { additional_kwargs } = reply;
  const start = writeChunk({ content: reply.blocks ?? "", ...(additional_kwargs && { additional_kwargs }) });
  const words = splitText(reply.text).map((content) => writeChunk({ content }));
  const calls = reply.toolCalls.flatMap(({ name, args, id }, index) => [
    writeChunk({ content: "", tool_call_chunks: [{ type: "tool_call_chunk" as const, name, id, index, args: "" }] }),
    ...splitArguments(args).map((piece) =>
      writeChunk({ content: "", tool_call_chunks: [{ type: "tool_call_chunk" as const, index, args: piece }] }),
    ),
  ]);
  const { response_metadata = { finish_reason: reply.finish, model_name: model } } = reply;
  const usage_metadata = reply.usage && toUsage(reply.usage);
  return [start, ...words, ...calls, writeChunk({ content: "", usage_metadata, response_metadata })];
}

const toUsage = ({ input, output }: FullReply["usage"]): SpanUsage => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
});

function writeChunk(
  fields: ConstructorParameters<typeof AIMessageChunk>[0] & { content: MessageContent },
): ChatGenerationChunk {
  const message = new AIMessageChunk(fields);
  return new ChatGenerationChunk({ text: message.text, message });
}
