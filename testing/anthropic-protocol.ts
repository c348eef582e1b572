import { randomUUID } from "node:crypto";
import { type FullReply, splitArguments, splitText } from "./model-reply.ts";

/** A reply as the body that Anthropic's `POST /v1/messages` answers with. */
export function writeMessage(reply: FullReply, model: string): object {
  const content = [
    ...(reply.text ? [{ type: "text", text: reply.text }] : []),
    ...reply.toolCalls.map(({ id, name, args }) => ({
      type: "tool_use",
      id,
      name,
      input: JSON.parse(args) as unknown,
    })),
  ];
  const usage = { input_tokens: reply.usage.input, output_tokens: reply.usage.output };
  return { ...head(model), content, stop_reason: stopReason(reply), stop_sequence: null, usage };
}

/** The same reply as the frames of a stream. */
export function writeMessageFrames(reply: FullReply, model: string): string[] {
  const frame = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const block = (index: number, content_block: object, deltas: object[]) => [
    frame("content_block_start", { index, content_block }),
    ...deltas.map((delta) => frame("content_block_delta", { index, delta })),
    frame("content_block_stop", { index }),
  ];
  const usage = { input_tokens: reply.usage.input, output_tokens: 0 };
  const message = { ...head(model), content: [], stop_reason: null, stop_sequence: null, usage };
  const texts = splitText(reply.text).map((text) => ({ type: "text_delta", text }));
  return [
    frame("message_start", { message }),
    ...(reply.text ? block(0, { type: "text", text: "" }, texts) : []),
    ...reply.toolCalls.flatMap(({ id, name, args }, place) => {
      const pieces = splitArguments(args).map((partial_json) => ({ type: "input_json_delta", partial_json }));
      return block(place + (reply.text ? 1 : 0), { type: "tool_use", id, name, input: {} }, pieces);
    }),
    frame("message_delta", {
      delta: { stop_reason: stopReason(reply), stop_sequence: null },
      usage: { output_tokens: reply.usage.output },
    }),
    frame("message_stop", {}),
  ];
}

/** Of two messages with one id a graph's state keeps the later. */
const head = (model: string) => ({ id: `msg_${randomUUID()}`, type: "message", role: "assistant", model });

const stopReason = ({ finish }: FullReply) => (finish === "tool_calls" ? "tool_use" : "end_turn");
