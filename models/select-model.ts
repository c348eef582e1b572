import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { type Config, readConfig } from "../config.ts";
import {
  formatReference,
  type ModelChain,
  type ModelReference,
  type ModelRole,
  type ProviderReference,
  resolveChain,
} from "./catalog.ts";
import { EmbeddedChatModel } from "./embedded/embedded-chat-model.ts";
import { FallbackChatModel } from "./fallback-chat-model.ts";
import { openChatModel } from "./open-model.ts";
import { ProviderEmbeddings } from "./provider-embeddings.ts";
import { refuseForbiddenCall } from "./refuse-forbidden-call.ts";

/**
 * The chat model for a role, as the environment says now; the same object for the same environment.
 * Throws `model_unknown` or `model_key_missing`; nothing is sent before the model is called.
 */
export function selectModel(role: "fast" | "smart"): BaseChatModel {
  const config = readConfig();
  return remember(role, config, () => {
    const chain = resolveChain(role, config);
    if (chain.links.every(({ provider }) => provider === "embedded")) return new EmbeddedChatModel();
    const opened = new Map<ModelReference, Promise<BaseChatModel>>();
    const open = async (link: ModelReference) => {
      refuseForbiddenCall(link, config);
      const model = opened.get(link) ?? openChatModel(link, config);
      opened.set(link, model);
      return model;
    };
    return new FallbackChatModel({ chain, open });
  });
}

/**
 * The embedding model and the name its vectors are kept under, or undefined when search goes by words only.
 * Vectors of two models cannot be compared, so the first of a chain is used alone.
 */
export function selectEmbeddings(): { embeddings: EmbeddingsInterface; model: string } | undefined {
  const config = readConfig();
  return remember("embed", config, () => {
    const [link] = resolveChain("embed", config).links;
    if (!link || link.provider === "embedded") return undefined;
    return { embeddings: new ProviderEmbeddings({ link, config }), model: formatReference(link) };
  });
}

/** Embeddings by a reference such as `openai:text-embedding-3-small`. Throws `model_unknown` or `model_key_missing`. */
export function openEmbeddings(reference: string): EmbeddingsInterface {
  const config = readConfig();
  const [link] = resolveChain("embed", { ...config, MODEL_EMBED: reference }).links;
  return new ProviderEmbeddings({ link: link as ProviderReference, config });
}

/** What answers in each role and why, with the variable that changes it, for people; throws as `selectModel` does. */
export function describeModels(): {
  role: ModelRole;
  variable: ModelChain["variable"];
  chain: string[];
  reason: string;
}[] {
  const config = readConfig();
  return (["fast", "smart", "embed"] as const).map((role) => {
    const { variable, links, reason } = resolveChain(role, config);
    return { role, variable, chain: links.map(formatReference), reason };
  });
}

/** Whether a model's answers come from the embedded model only. */
export const isEmbedded = (model: unknown): boolean => model instanceof EmbeddedChatModel;

const selected = new Map<string, unknown>();

/** One client for each environment: a server that sets a variable gets another model at its next call. */
function remember<Value>(role: ModelRole, config: Config, make: () => Value): Value {
  const {
    MODEL_FAST,
    MODEL_SMART,
    MODEL_EMBED,
    OPENAI_API_KEY,
    OPENAI_BASE_URL,
    ANTHROPIC_API_KEY,
    ANTHROPIC_BASE_URL,
  } = config;
  const asked = { fast: MODEL_FAST, smart: MODEL_SMART, embed: MODEL_EMBED }[role];
  const key = JSON.stringify([role, asked, OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL]);
  if (!selected.has(key)) selected.set(key, make());
  return selected.get(key) as Value;
}
