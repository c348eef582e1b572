import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { TroupeError } from "../../errors.ts";
import { selectModel } from "../../models/index.ts";
import type { SpanMessage } from "../../storage/storage.ts";
import { textOf } from "./read-messages.ts";

/** Plays the user: given the conversation so far and how often it has spoken, says the next thing, or undefined when it is done. */
export type SimulatedUser = (
  conversation: SpanMessage[],
  turn: number,
) => Promise<string | undefined> | string | undefined;

/**
 * A user with a mind of their own: first says the `replies`, then what a model makes of the persona and the goal, until
 * the goal is reached. Without `model` the role `smart` speaks; with `replies` alone no model does. Throws `model_needed` in
 * its case where the embedded model would speak, which can play nobody.
 */
export function simulateUser(options: {
  /** Who the user is: `A hurried customer who writes short sentences.` */
  persona?: string;
  /** What the user wants: `Get order 1001 refunded.` */
  goal?: string;
  model?: BaseChatModel;
  replies?: readonly string[];
}): SimulatedUser {
  const { persona, goal, replies = [], model } = options;
  return async (conversation, turn) => {
    const reply = replies[turn];
    if (reply !== undefined || !(persona ?? goal)) return reply;
    const rules = [persona && `You are this person: ${persona}`, goal && `What you want: ${goal}`, manners];
    const messages = conversation.flatMap(({ type, content, tool_calls }) => {
      if (type === "human") return new AIMessage(textOf(content));
      return type === "ai" && !tool_calls ? new HumanMessage(textOf(content)) : [];
    });
    const answer = await (model ?? selectModel("smart")).invoke([
      new SystemMessage(rules.filter(Boolean).join("\n")),
      ...(messages.length > 0 ? messages : [new HumanMessage("Begin the conversation.")]),
    ]);
    // A cassette may have answered in its place.
    if (answer.response_metadata["model_name"] === "embedded") {
      throw new TroupeError("model_needed", "The simulated user needs a real model.", {
        hint: "Run with --live or --model provider:model, give it a model, or leave persona and goal out where its replies are enough.",
      });
    }
    const text = answer.text.trim();
    return text === "" || text.includes(done) ? undefined : text;
  };
}

const done = "[DONE]";
const manners = `You talk to an assistant. Write only what this person says next, in a sentence or two, and never answer for the assistant.
When the person has what they want, or will not get it, write ${done} and nothing else.`;
