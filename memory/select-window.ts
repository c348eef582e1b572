import type { BaseMessage } from "@langchain/core/messages";

/**
 * The latest messages that fit into `characters`, oldest first, starting with a person's; at least the last one.
 * Whole messages only, so that a model never reads half a sentence of its own.
 */
export function selectWindow(messages: BaseMessage[], characters: number): BaseMessage[] {
  let start = messages.length;
  for (let room = characters; start > 0; start -= 1) {
    room -= messages[start - 1]!.text.length;
    if (room < 0 && start < messages.length) break;
  }
  while (start < messages.length - 1 && messages[start]!.type !== "human") start += 1;
  return messages.slice(start);
}
