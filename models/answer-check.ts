import { AIMessageChunk } from "@langchain/core/messages";
import type { ChatGenerationChunk } from "@langchain/core/outputs";

/**
 * Watches the chunks of one answer, to tell at its end whether it is whole. A connection that closes cleanly in the
 * middle looks like an end to the clients of the providers, and LangChain completes cut JSON: a stream cut after
 * `{"amount": 1` would pay 1 instead of 1000.
 */
export function createAnswerCheck(): { add(chunk: ChatGenerationChunk): void; finish(): void } {
  let finished = false;
  const argumentsByCall = new Map<string | number, string>();
  return {
    add({ message, generationInfo }) {
      const metadata: Record<string, unknown> = {
        ...message.response_metadata,
        ...message.additional_kwargs,
        ...generationInfo,
      };
      finished ||= Boolean(metadata["finish_reason"] ?? metadata["stop_reason"] ?? metadata["status"]);
      if (!AIMessageChunk.isInstance(message)) return;
      for (const { index, id, args } of message.tool_call_chunks ?? []) {
        const call = index ?? id ?? 0;
        argumentsByCall.set(call, (argumentsByCall.get(call) ?? "") + (args ?? ""));
      }
    },
    finish() {
      if (!finished) throw new Error("the stream ended in the middle of the answer");
      for (const text of argumentsByCall.values()) {
        if (text && !isJsonObject(text))
          throw new Error(`the arguments of a tool call are not whole: ${text.slice(0, 80)}`);
      }
    },
  };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
