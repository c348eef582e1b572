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
  const blocks = read.flatMap((part) => part.blocks);
  return {
    question,
    earlier: leansOnEarlier(question) ? readEarlier(messages.slice(0, Math.max(last, 0)), blocks) : [],
    instructions: restOf("system").join("\n"),
    blocks: blocks.filter(({ kind }) => kind !== "turn"),
    results: restOf("tool").filter(Boolean),
    calledTool: read.some(({ type }) => type === "tool"),
  };
}

/** The questions before this one, the newest first: those of marked turns, then those of earlier messages. */
function readEarlier(messages: readonly BaseMessage[], blocks: readonly MarkedText[]): string[] {
  const turns = blocks.flatMap(({ kind, question }) => (kind === "turn" && question ? [question] : []));
  const asked = messages.filter(({ type }) => type === "human").map(({ text }) => readMarkedText(text).rest);
  return [...turns.toReversed(), ...asked.toReversed()].slice(0, turnsRead);
}
