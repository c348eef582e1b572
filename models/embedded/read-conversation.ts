import type { BaseMessage } from "@langchain/core/messages";
import { type MarkedText, readMarkedText } from "../marked-text.ts";
import { leansOnEarlier } from "./leans-on-earlier.ts";

/** How many earlier questions a follow-up may lean on. */
const turnsRead = 2;

/** What the embedded model reads from the messages that it is given. */
export interface Conversation {
  /** The last human message, without marked text. */
  question: string;
  /** What was asked before, the newest first, when the question leans on it; else empty. */
  earlier: string[];
  /** Instructions: the system messages, without marked text. */
  instructions: string;
  /** The marked text of the current turn. Earlier turns were answered. */
  blocks: MarkedText[];
  /** What tools returned in the current turn, without marked text. */
  results: string[];
  /** Whether a tool was called in the current turn. */
  calledTool: boolean;
}

/** Reads the current turn: the system messages, the last human message and what follows it. */
export function readConversation(messages: readonly BaseMessage[]): Conversation {
  const last = messages.findLastIndex(({ type }) => type === "human");
  const turn = messages.filter(({ type }, at) => type === "system" || at >= last);
  const read = turn.map((message) => ({ type: message.type, ...readMarkedText(message.text) }));
  const restOf = (type: string) => read.filter((part) => part.type === type).map(({ rest }) => rest);
  const question = restOf("human").join("\n");
  const asked = messages.slice(0, Math.max(last, 0)).filter(({ type }) => type === "human");
  return {
    question,
    earlier: leansOnEarlier(question)
      ? asked
          .slice(-turnsRead)
          .toReversed()
          .map(({ text }) => readMarkedText(text).rest)
      : [],
    instructions: restOf("system").join("\n"),
    blocks: read.flatMap(({ blocks }) => blocks),
    results: restOf("tool").filter(Boolean),
    calledTool: read.some(({ type }) => type === "tool"),
  };
}
