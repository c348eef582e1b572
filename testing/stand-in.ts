import { randomUUID } from "node:crypto";
import type { CallbackManagerForLLMRun, Callbacks } from "@langchain/core/callbacks/manager";
import { Document } from "@langchain/core/documents";
import type { BaseMessage } from "@langchain/core/messages";
import { ToolMessage } from "@langchain/core/messages/tool";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { Command, isCommand } from "@langchain/langgraph";
import { toJson } from "../server/trace/to-json.ts";
import { nameModel, toModelRequest } from "../server/trace/to-model-request.ts";
import type { ModelResponse, RetrieverResponse, ToolResponse } from "../storage/storage.ts";
import { askInterceptors, type CallAnswer, type CallScope, callScopes } from "./call-interceptor.ts";
import { writeChunks } from "./write-chunks.ts";

/** Makes what a method of a LangChain base class runs on in place of its object; `base` is that class's prototype. */
export type StandInMaker = (target: object, scope: CallScope, base: object, parameters: unknown[]) => object;

const standIns = new WeakSet<object>();

/** Whether an object is a stand-in, whose calls have been seen. */
export const isStandIn = (value: object): boolean => standIns.has(value);

/**
 * An object for the methods of a LangChain base class: they find `own` in place of the target's, and what a subclass
 * defines runs on the target itself, whose private fields no other object has.
 */
function standIn<Target extends { callbacks?: Callbacks }>(
  target: Target,
  { recorder }: CallScope,
  base: object,
  methods: object,
): Target {
  const { callbacks = [] } = target;
  const handlers = Array.isArray(callbacks) ? callbacks : callbacks.handlers;
  const own = recorder ? { ...methods, callbacks: [...handlers, recorder] } : methods;
  const made = new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "constructor" || value === Reflect.get(base, name, target))
        return value;
      return value.bind(target) as unknown;
    },
  });
  standIns.add(made);
  return made;
}

type ModelParameters = [
  messages: BaseMessage[],
  options: Record<string, unknown>,
  runManager?: CallbackManagerForLLMRun,
];

/** What of a chat model the stand-in calls or replaces. */
interface Model {
  callbacks?: Callbacks;
  getLsParams(options: object): { ls_model_name?: string; ls_provider?: string };
  invocationParams(options: object): Record<string, unknown>;
  _generate(...parameters: ModelParameters): Promise<unknown>;
  _streamResponseChunks(...parameters: ModelParameters): AsyncGenerator<ChatGenerationChunk>;
  _streamChatModelEvents(...parameters: ModelParameters): AsyncGenerator;
}

export const standInForModel: StandInMaker = (target, scope, base) => {
  if (scope.insideModel) return target;
  const model = target as Model;
  const bare = base as Model;
  const ask = async (messages: BaseMessage[], options: Record<string, unknown>) => {
    const signal = options["signal"] as AbortSignal | undefined;
    const name = nameModel(model.getLsParams(options), model.invocationParams(options));
    const request = toModelRequest(messages, options);
    const answer = await askInterceptors(scope, { kind: "model", name, request, signal });
    return answer && toChunks(answer, name);
  };
  const inside = { ...scope, recorder: undefined, insideModel: true };
  const own: Partial<Model> & { cache: undefined } = {
    cache: undefined,
    async _generate(...parameters) {
      const chunks = await ask(parameters[0], parameters[1]);
      if (!chunks) return callScopes.run(inside, () => model._generate(...parameters));
      const [first, ...more] = chunks;
      return { generations: [more.reduce((sum, chunk) => sum.concat(chunk), first)] };
    },
  };
  if (model._streamResponseChunks !== bare._streamResponseChunks) {
    own._streamResponseChunks = async function* (...parameters) {
      const chunks = await ask(parameters[0], parameters[1]);
      if (!chunks) return yield* within(inside, model._streamResponseChunks(...parameters));
      for (const chunk of chunks) {
        yield chunk;
        await parameters[2]?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
      }
    };
  }
  if (model._streamChatModelEvents !== bare._streamChatModelEvents) {
    own._streamChatModelEvents = async function* (...parameters) {
      const chunks = await ask(parameters[0], parameters[1]);
      if (!chunks) return yield* within(inside, model._streamChatModelEvents(...parameters));
      const recorded = {
        _streamResponseChunks: async function* () {
          yield* chunks;
        },
      };
      yield* bare._streamChatModelEvents.apply(recorded as never, parameters);
    };
  }
  return standIn(model, scope, base, own);
};

/** Runs each step of a generator in a scope: it would otherwise be in that of whoever reads it. */
async function* within<Item>(scope: CallScope, items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  try {
    for (;;) {
      const { done, value } = await callScopes.run(scope, () => items.next());
      if (done) return;
      yield value;
    }
  } finally {
    await items.return(undefined);
  }
}

function toChunks({ response, usage, name: model }: CallAnswer, asked: string) {
  const { content, tool_calls = [], additional_kwargs, response_metadata } = (response as ModelResponse).message;
  const toolCalls = tool_calls.map(({ name, args, id }) => ({
    name,
    args: JSON.stringify(args),
    id: id ?? randomUUID(),
  }));
  const reply = {
    ...(typeof content === "string" ? { text: content } : { text: "", blocks: content as never[] }),
    toolCalls,
    ...(usage && { usage: { input: usage.input_tokens, output: usage.output_tokens } }),
    finish: toolCalls.length ? ("tool_calls" as const) : ("stop" as const),
    additional_kwargs,
    response_metadata,
  };
  return writeChunks(reply, model ?? asked);
}

/** What of a tool the stand-in calls or replaces. */
interface Tool {
  callbacks?: Callbacks;
  name: string;
  responseFormat?: string;
  _call(...parameters: [args: unknown, runManager: unknown, config?: ToolConfig]): unknown;
}

interface ToolConfig {
  signal?: AbortSignal;
  toolCall?: { id?: string };
}

export const standInForTool: StandInMaker = (target, scope, base, [input, given]) => {
  const tool = target as Tool;
  const { args = input, id } = isToolCall(input) ? input : {};
  // Callbacks are told no other name; a ToolNode leaves that of its node here.
  if (isConfig(given)) given.runName = tool.name;
  return standIn(tool, scope, base, {
    async _call(parsed: unknown, runManager: unknown, config?: ToolConfig) {
      const request = { args: toJson(() => args) };
      const call = { kind: "tool", name: tool.name, request, signal: config?.signal } as const;
      const answer = await askInterceptors(scope, call);
      if (!answer)
        return callScopes.run({ ...scope, recorder: undefined }, () => tool._call(parsed, runManager, config));
      const { content, status, artifact } = answer.response as ToolResponse;
      const tool_call_id = id ?? config?.toolCall?.id;
      const isFailure = status === "error" && tool_call_id;
      const output = isFailure
        ? new ToolMessage({ content: content as string, status, artifact, tool_call_id, name: tool.name })
        : isCommand(content)
          ? new Command(content)
          : content;
      return tool.responseFormat === "content_and_artifact" ? [output, artifact] : output;
    },
  });
};

const isConfig = (given: unknown): given is { runName?: string } =>
  typeof given === "object" && given !== null && !Array.isArray(given) && !("handlers" in given);

const isToolCall = (input: unknown): input is { args: unknown; id?: string } =>
  typeof input === "object" && input !== null && "type" in input && input.type === "tool_call";

/** What of a retriever the stand-in calls or replaces. */
interface Retriever {
  callbacks?: Callbacks;
  lc_id: string[];
  _getRelevantDocuments(query: string, runManager?: unknown): Promise<unknown>;
}

export const standInForRetriever: StandInMaker = (target, scope, base, [, config]) => {
  const retriever = target as Retriever;
  const { runName, signal } = (config ?? {}) as { runName?: string; signal?: AbortSignal };
  return standIn(retriever, scope, base, {
    async _getRelevantDocuments(query: string, runManager: unknown) {
      const name = runName ?? retriever.lc_id.at(-1) ?? "unknown";
      const answer = await askInterceptors(scope, { kind: "retriever", name, request: { query }, signal });
      if (!answer) {
        const inside = { ...scope, recorder: undefined };
        return callScopes.run(inside, () => retriever._getRelevantDocuments(query, runManager));
      }
      return (answer.response as RetrieverResponse).documents.map((document) => new Document(document));
    },
  });
};
