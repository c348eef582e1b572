import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BindToolsInput,
  type LangSmithParams,
} from "@langchain/core/language_models/chat_models";
import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { TroupeError } from "../../errors.ts";
import { bindStructuredOutput } from "../structured-output.ts";
import { answerQuestion } from "./answer-question.ts";
import { callTool, chooseTool, type ToolChoice, type ToolShape } from "./choose-tool.ts";
import { readConversation } from "./read-conversation.ts";

interface CallOptions extends BaseChatModelCallOptions {
  tools?: Record<string, unknown>[];
}

/**
 * The model that answers when no provider is configured: deterministic, in this process, without weights. It fills
 * schemas and picks tools by similarity, and answers by quoting the passages it is given. It says so, or throws
 * `model_needed`, where a task needs a real model.
 */
export class EmbeddedChatModel extends BaseChatModel<CallOptions> {
  constructor() {
    super({});
  }

  override _llmType(): string {
    return "embedded";
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    return { ...super.getLsParams(options), ls_provider: "embedded" };
  }

  override bindTools(tools: BindToolsInput[], options?: Partial<CallOptions>) {
    return this.withConfig({ tools: tools.map((tool) => ({ ...convertToOpenAITool(tool) })), ...options });
  }

  override withStructuredOutput = bindStructuredOutput(this);

  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const [first, ...more] = writeChunks(reply(messages, options), messages);
    return { generations: [more.reduce((sum, chunk) => sum.concat(chunk), first)] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for (const chunk of writeChunks(reply(messages, options), messages)) {
      yield chunk;
      await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
    }
  }
}

function reply(messages: BaseMessage[], { tools = [], tool_choice }: Omit<CallOptions, "signal">): string | ToolChoice {
  const conversation = readConversation(messages);
  const { question: text, instructions } = conversation;
  const shapes = tools.map((tool): ToolShape => convertToOpenAITool(tool).function);
  const demanded = shapes.find(({ name }) => name === nameOf(tool_choice));
  if (demanded) return callTool(demanded, { text, instructions, wholeText: false });
  const mayCall = tool_choice !== "none" && !conversation.calledTool;
  const chosen = mayCall ? chooseTool(shapes, { text, instructions, wholeText: true }) : undefined;
  if (!chosen && (tool_choice === "any" || tool_choice === "required")) {
    throw new TroupeError("model_needed", "The embedded model found no tool whose arguments the text holds.", {
      hint: "Set OPENAI_API_KEY or ANTHROPIC_API_KEY, or MODEL_SMART=provider:model.",
    });
  }
  return chosen ?? answerQuestion(conversation);
}

const nameOf = (choice: unknown): unknown =>
  typeof choice === "object" && choice !== null && "function" in choice
    ? (choice.function as { name: string }).name
    : choice;

/** The reply as it streams: word by word or as one tool call, then the usage. */
function writeChunks(
  said: string | ToolChoice,
  messages: BaseMessage[],
): [ChatGenerationChunk, ...ChatGenerationChunk[]] {
  const text = typeof said === "string" ? said : "";
  const call = typeof said === "string" ? undefined : { name: said.name, args: JSON.stringify(said.args) };
  const input_tokens = messages.reduce((sum, message) => sum + countTokens(message.text), 0);
  const output_tokens = countTokens(call ? `${call.name} ${call.args}` : text);
  const end = writeChunk("", {
    usage_metadata: { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens },
    response_metadata: {
      finish_reason: call ? "tool_calls" : "stop",
      model_name: "embedded",
      model_provider: "embedded",
      usage_counts: "words and punctuation marks",
    },
  });
  const words = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
  if (!call) return [writeChunk(""), ...words.map((word) => writeChunk(word)), end];
  const id = `call_${crypto.randomUUID()}`;
  return [writeChunk("", { tool_call_chunks: [{ type: "tool_call_chunk", ...call, id, index: 0 }] }), end];
}

function writeChunk(content: string, fields: Partial<AIMessageChunk> = {}): ChatGenerationChunk {
  const { tool_call_chunks, usage_metadata, response_metadata } = fields;
  const message = new AIMessageChunk({ content, tool_call_chunks, usage_metadata, response_metadata });
  return new ChatGenerationChunk({ text: content, message });
}

/** There is no tokenizer here; what is counted is named in `usage_counts`. */
const countTokens = (text: string): number => text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)?.length ?? 0;
