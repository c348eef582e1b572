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
import { isTroupeError, TroupeError } from "../errors.ts";
import { createAnswerCheck } from "./answer-check.ts";
import { formatReference, type ModelChain, type ModelReference } from "./catalog.ts";
import { startDeadline } from "./deadline.ts";
import { modelFailed } from "./model-error.ts";
import { bindStructuredOutput } from "./structured-output.ts";

/** How long a model may keep silent, before its answer and within it. Local models on a CPU need a minute to begin. */
const silenceLimit = 120_000;

interface CallOptions extends BaseChatModelCallOptions {
  tools?: Record<string, unknown>[];
}

/**
 * A chat model that asks the models of a chain in turn until one answers. It goes on to the next when a model fails
 * before its first token; two answers are never spliced. An answer that stalls or is cut is an error (`model_failed`),
 * never a shorter answer. Callbacks, streaming and usage are those of the model that answers.
 */
export class FallbackChatModel extends BaseChatModel<CallOptions> {
  private readonly chain: ModelChain;
  private readonly open: (link: ModelReference) => Promise<BaseChatModel>;
  private readonly silenceLimit: number;

  constructor(fields: {
    chain: ModelChain;
    /** Opens a link's model, at its first use. May throw: then the next link is tried. */
    open: (link: ModelReference) => Promise<BaseChatModel>;
    silenceLimit?: number;
  }) {
    super({});
    this.chain = fields.chain;
    this.open = fields.open;
    this.silenceLimit = fields.silenceLimit ?? silenceLimit;
  }

  override _llmType(): string {
    return "fallback";
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    const [first] = this.chain.links;
    const model = first && "model" in first ? { ls_model_name: first.model } : {};
    return { ...super.getLsParams(options), ...model, ls_provider: first?.provider ?? "none" };
  }

  override bindTools(tools: BindToolsInput[], options?: Partial<CallOptions>) {
    return this.withConfig({ tools: tools.map((tool) => ({ ...convertToOpenAITool(tool) })), ...options });
  }

  override withStructuredOutput = bindStructuredOutput(this);

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const failures: TroupeError[] = [];
    for (const link of this.chain.links) {
      using deadline = startDeadline(this.silenceLimit, options.signal);
      try {
        const model = await this.open(link);
        return await model._generate(messages, { ...options, signal: deadline.signal }, runManager);
      } catch (error) {
        failures.push(this.failureOf(link, error, deadline.expired, options.signal));
      }
    }
    throw this.failAll(failures);
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const failures: TroupeError[] = [];
    for (const link of this.chain.links) {
      using deadline = startDeadline(this.silenceLimit, options.signal);
      let begun = false;
      try {
        const model = await this.open(link);
        const check = createAnswerCheck();
        for await (const chunk of model._streamResponseChunks(
          messages,
          { ...options, signal: deadline.signal },
          runManager,
        )) {
          check.add(chunk);
          begun = true;
          yield chunk;
          deadline.renew();
        }
        options.signal?.throwIfAborted();
        check.finish();
        return;
      } catch (error) {
        const failure = this.failureOf(link, error, deadline.expired, options.signal);
        if (begun) throw failure;
        failures.push(failure);
      }
    }
    throw this.failAll(failures);
  }

  /** Throws what must not be answered by another model: the caller's own abort, and the switch against real calls. */
  private failureOf(link: ModelReference, error: unknown, expired: boolean, signal?: AbortSignal): TroupeError {
    signal?.throwIfAborted();
    if (isTroupeError(error) && error.code === "model_calls_forbidden") throw error;
    if (!expired) return modelFailed(link, this.chain.variable, error);
    return new TroupeError(
      "model_failed",
      `The model "${formatReference(link)}" kept silent for ${this.silenceLimit / 1000} s.`,
      { hint: `Try again, or add a fallback to ${this.chain.variable}, separated by a comma.`, cause: error },
    );
  }

  private failAll(failures: TroupeError[]): TroupeError {
    const [first] = failures;
    if (first && failures.length === 1) return first;
    return new TroupeError("model_failed", failures.map(({ message }) => message).join(" "), {
      hint: failures
        .map(({ hint }) => hint)
        .filter((hint, place, all) => all.indexOf(hint) === place)
        .join(" "),
      cause: first,
    });
  }
}
