import { randomUUID } from "node:crypto";
import { type FullReply, splitArguments, splitText } from "./model-reply.ts";

/** A reply as the body that OpenAI's `POST /chat/completions` answers with. */
export function writeCompletion(reply: FullReply, model: string): object {
  const tool_calls = reply.toolCalls.map(({ id, name, args }) => ({
    id,
    type: "function",
    function: { name, arguments: args },
  }));
  const message = { role: "assistant", content: reply.text || null, ...(tool_calls.length ? { tool_calls } : {}) };
  const choices = [{ index: 0, message, finish_reason: reply.finish }];
  return { ...head(model, "chat.completion", newId()), choices, usage: writeUsage(reply) };
}

/** The same reply as the frames of a stream; the usage comes last, and only when it was asked for. */
export function writeCompletionFrames(reply: FullReply, model: string, includeUsage: boolean): string[] {
  const id = newId();
  const frame = (choices: object[], more: object = {}) =>
    `data: ${JSON.stringify({ ...head(model, "chat.completion.chunk", id), choices, ...more })}\n\n`;
  const delta = (content: object) => frame([{ index: 0, delta: content, finish_reason: null }]);
  return [
    delta({ role: "assistant", content: "" }),
    ...splitText(reply.text).map((content) => delta({ content })),
    ...reply.toolCalls.flatMap(({ id: callId, name, args }, index) => [
      delta({ tool_calls: [{ index, id: callId, type: "function", function: { name, arguments: "" } }] }),
      ...splitArguments(args).map((piece) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
    frame([{ index: 0, delta: {}, finish_reason: reply.finish }]),
    ...(includeUsage ? [frame([], { usage: writeUsage(reply) })] : []),
    "data: [DONE]\n\n",
  ];
}

/** Vectors as the body of `POST /embeddings`, as numbers or as base64 of little-endian 32-bit floats. */
export function writeEmbeddings(vectors: number[][], model: string, format: unknown): object {
  const data = vectors.map((vector, index) => ({
    object: "embedding",
    index,
    embedding: format === "base64" ? Buffer.from(Float32Array.from(vector).buffer).toString("base64") : vector,
  }));
  return { object: "list", model, data, usage: { prompt_tokens: 0, total_tokens: 0 } };
}

const head = (model: string, object: string, id: string) => ({ id, object, created: 0, model });

/** Of two messages with one id a graph's state keeps the later. */
const newId = () => `chatcmpl-${randomUUID()}`;

const writeUsage = ({ usage: { input, output } }: FullReply) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});
