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
import { completeReply, type FullReply, type ModelReply } from "./model-reply.ts";
import { writeChunks } from "./write-chunks.ts";

/** One call a scripted model was asked, as it came in. */
export interface ScriptedCall {
  messages: BaseMessage[];
  tools: string[];
  tool_choice?: unknown;
}

/** A line of a script: a reply, the object that `withStructuredOutput` shall yield, an error to throw, or a function of the call. */
export type ScriptLine =
  | ModelReply
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
  private readonly script: readonly ScriptLine[];

  constructor(script: readonly ScriptLine[]) {
    super({});
    this.script = script;
  }

  /** Throws unless every line was played. */
  assertFinished(): void {
    const left = this.script.length - this.calls.length;
    if (left > 0) {
      throw new Error(
        `The script has ${left} of ${this.script.length} lines left: the model was called ${this.calls.length} times.`,
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
    const [first, ...more] = writeChunks(this.play(messages, options));
    const whole = more.reduce((sum, chunk) => sum.concat(chunk), first);
    return { generations: [whole] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for (const chunk of writeChunks(this.play(messages, options))) {
      yield chunk;
      await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  private play(messages: BaseMessage[], options: this["ParsedCallOptions"]): FullReply {
    const tools = (options.tools ?? []).map((tool) => convertToOpenAITool(tool).function.name);
    const call: ScriptedCall = { messages, tools, tool_choice: options.tool_choice };
    this.calls.push(call);
    const prompt = messages.map(({ text }) => text).join("\n");
    if (this.calls.length > this.script.length) {
      const last = messages.at(-1)?.text.slice(0, 200) ?? "";
      throw new Error(
        `The script has ${this.script.length} lines, and this is call ${this.calls.length}, after the message "${last}". Add a line for it.`,
      );
    }
    let line = this.script[this.calls.length - 1] ?? "";
    while (typeof line === "function") line = line(call);
    if (line instanceof Error) throw line;
    if (typeof line === "object" && "structured" in line) {
      const [name] = tools;
      if (!name)
        throw new Error(`Line ${this.calls.length} of the script is structured, but the call asked for no schema.`);
      return completeReply({ toolCalls: [{ name, args: line.structured }] }, prompt);
    }
    return completeReply(line, prompt);
  }
}
