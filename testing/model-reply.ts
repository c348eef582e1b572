/** What a scripted model or provider says to one call: plain text, or the parts of an answer. */
export type ModelReply = string | ReplyParts;

/** The parts of an answer; `args` as a string is sent as it is, also when it is not JSON. */
export interface ReplyParts {
  text?: string;
  toolCalls?: { name: string; args: Record<string, unknown> | string; id?: string }[];
  usage?: { input: number; output: number };
}

/** A reply with everything filled in: calls with ids and written arguments, and a usage. */
export interface FullReply {
  text: string;
  toolCalls: { name: string; args: string; id: string }[];
  usage: { input: number; output: number };
  finish: "stop" | "tool_calls";
}

/** Fills in what the n-th reply leaves out: a usage counts words, and ids of calls are unlike those of the other replies. */
export function completeReply(reply: ModelReply, prompt: string, nth: number): FullReply {
  const parts = typeof reply === "string" ? { text: reply } : reply;
  const { text = "", toolCalls = [] } = parts;
  const calls = toolCalls.map(({ name, args, id }, place) => ({
    name,
    args: typeof args === "string" ? args : JSON.stringify(args),
    id: id ?? `call_${nth}_${place + 1}`,
  }));
  const output = countWords(text) + calls.reduce((sum, call) => sum + countWords(call.args), 0);
  const usage = parts.usage ?? { input: countWords(prompt), output };
  return { text, toolCalls: calls, usage, finish: calls.length ? "tool_calls" : "stop" };
}

/** Cuts text into the pieces it is streamed in: words with the space before them, or a few characters of JSON. */
export const splitText = (text: string): string[] => text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
export const splitArguments = (args: string): string[] => args.match(/[\s\S]{1,4}/g) ?? [];

const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
