import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { Config } from "../config.ts";
import type { ModelReference, ProviderReference } from "./catalog.ts";
import { EmbeddedChatModel } from "./embedded/embedded-chat-model.ts";

/** The provider's own retries, with its own back-off, of answers such as 429 and 500. */
const maxRetries = 2;

/** Opens a chat model. The provider's package is loaded here and not before; no packet is sent. */
export async function openChatModel(link: ModelReference, config: Config): Promise<BaseChatModel> {
  if (link.provider === "embedded") return new EmbeddedChatModel();
  const { model } = link;
  if (link.provider === "anthropic") {
    const { ChatAnthropic } = await import("@langchain/anthropic");
    const anthropicApiUrl = config.ANTHROPIC_BASE_URL;
    return new ChatAnthropic({ model, maxRetries, apiKey: config.ANTHROPIC_API_KEY, anthropicApiUrl });
  }
  const { ChatOpenAI } = await import("@langchain/openai");
  return new ChatOpenAI({ model, maxRetries, ...openAIConnection(config) });
}

/** Opens an embedding model, as `openChatModel` does a chat model. */
export async function openEmbeddings(link: ProviderReference, config: Config): Promise<EmbeddingsInterface> {
  const { OpenAIEmbeddings } = await import("@langchain/openai");
  return new OpenAIEmbeddings({ model: link.model, maxRetries, ...openAIConnection(config) });
}

/** A server of one's own may need no key, but the client insists on one. */
const openAIConnection = (config: Config) => ({
  apiKey: config.OPENAI_API_KEY ?? "none",
  configuration: { baseURL: config.OPENAI_BASE_URL },
});
