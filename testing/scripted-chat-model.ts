import { setTimeout } from "node:timers/promises";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BindToolsInput,
  type LangSmithParams,
} from "@langchain/core/language_models/chat_models";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatGenerationChunk, ChatResult } from "@langchain/core/outputs";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { bindStructuredOutput } from "../models/structured-output.ts";
import { completeReply, type ReplyParts } from "./model-reply.ts";
import { writeChunks } from "./write-chunks.ts";

/** One call a scripted model was asked, as it came in. */
export interface ScriptedCall {
  messages: BaseMessage[];
  tools: string[];
  tool_choice?: unknown;
}

/** A reply that takes `delay` milliseconds to begin, or breaks off with `error` where its usage would come. */
export interface TroubledReply extends ReplyParts {
  delay?: number;
  error?: Error;
}

/** A line of a script: a reply, the object that `withStructuredOutput` shall yield, an error to throw, or a function of the call. */
export type ScriptLine =
  | string
  | TroubledReply
  | { structured: Record<string, unknown> }
  | Error
  | ((call: ScriptedCall) => ScriptLine);

interface CallOptions extends BaseChatModelCallOptions {
  tools?: Record<string, unknown>[];
}

/**
 * A chat model that plays a script, one line a call, streaming it in small chunks, and records its calls. A call after
 * the last line throws; `assertFinished` throws while lines are left.
 *
 * @example
 * const model = new ScriptedChatModel([{ toolCalls: [{ name: "add", args: { a: 1, b: 2 } }] }, "It is 3."]);
 */
export class ScriptedChatModel extends BaseChatModel<CallOptions> {
  /** Every call so far, the refused ones included. */
  readonly calls: ScriptedCall[] = [];
  private readonly script: readonly ScriptLine[] | ((call: ScriptedCall) => ScriptLine);

  /** The lines in order; or, where calls come in any order, a function that answers them all. */
  constructor(script: readonly ScriptLine[] | ((call: ScriptedCall) => ScriptLine)) {
    super({});
    this.script = script;
  }

  /** Throws unless every line was played. */
  assertFinished(): void {
    const { script } = this;
    const left = typeof script === "function" ? 0 : script.length - this.calls.length;
    if (left > 0) {
      throw new Error(
        `The script has ${left} of ${script.length} lines left: the model was called ${this.calls.length} times.`,
      );
    }
  }

  override _llmType(): string {
    return "scripted";
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    return { ...super.getLsParams(options), ls_provider: "scripted" };
  }

  override bindTools(tools: BindToolsInput[], options?: Partial<CallOptions>) {
    return this.withConfig({ tools: tools.map((tool) => ({ ...convertToOpenAITool(tool) })), ...options });
  }

  override withStructuredOutput = bindStructuredOutput(this);

  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    let whole: ChatGenerationChunk | undefined;
    for await (const chunk of this.play(messages, options)) whole = whole?.concat(chunk) ?? chunk;
    return { generations: [whole!] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for await (const chunk of this.play(messages, options)) {
      yield chunk;
      await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  private async *play(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatGenerationChunk> {
    const tools = (options.tools ?? []).map((tool) => convertToOpenAITool(tool).function.name);
    const call: ScriptedCall = { messages, tools, tool_choice: options.tool_choice };
    this.calls.push(call);
    const nth = this.calls.length;
    const reply = this.readLine(call);
    const { delay = 0, error } = typeof reply === "object" ? reply : {};
    if (delay > 0) await setTimeout(delay, undefined, { signal: options.signal });
    const chunks = writeChunks(completeReply(reply, messages.map(({ text }) => text).join("\n"), nth));
    yield* error ? chunks.slice(0, -1) : chunks;
    if (error) throw error;
  }

  private readLine(call: ScriptedCall): string | TroubledReply {
    const { script, calls } = this;
    const count = calls.length;
    let line = typeof script === "function" ? script : script[count - 1];
    if (line === undefined) {
      const last = call.messages.at(-1)?.text.slice(0, 200) ?? "";
      throw new Error(
        `The script has ${script.length} lines, and this is call ${count}, after the message "${last}". Add a line for it.`,
      );
    }
    while (typeof line === "function") line = line(call);
    if (line instanceof Error) throw line;
    if (typeof line === "string" || !("structured" in line)) return line;
    const [name] = call.tools;
    if (!name) throw new Error(`Line ${count} of the script is structured, but the call asked for no schema.`);
    return { toolCalls: [{ name, args: line.structured }] };
  }
}
