import type { Config } from "../config.ts";
import { TroupeError } from "../errors.ts";

/** What a model is asked for: routing and grading, writing answers, or turning text into vectors. */
export type ModelRole = "fast" | "smart" | "embed";

/** The providers that `models/` can open, with their variables and the models they answer with by default. */
export const providers = {
  openai: {
    title: "OpenAI",
    key: "OPENAI_API_KEY",
    url: "OPENAI_BASE_URL",
    defaults: { fast: "gpt-5.4-mini", smart: "gpt-5.4", embed: "text-embedding-3-small" },
  },
  anthropic: {
    title: "Anthropic",
    key: "ANTHROPIC_API_KEY",
    url: "ANTHROPIC_BASE_URL",
    defaults: { fast: "claude-haiku-4-5", smart: "claude-sonnet-5" },
  },
} as const satisfies Record<string, ProviderEntry>;

interface ProviderEntry {
  title: string;
  key: keyof Config;
  url: keyof Config;
  defaults: Partial<Record<ModelRole, string>>;
}

/** A provider that is reached over the network, as opposed to the embedded model. */
export type Provider = keyof typeof providers;

/** A model behind the network. */
export interface ProviderReference {
  provider: Provider;
  model: string;
}

/** One link of a chain: a provider's model, or the embedded one. */
export type ModelReference = ProviderReference | { provider: "embedded" };

/** The models of a role in the order they are tried, and why these. */
export interface ModelChain {
  variable: "MODEL_FAST" | "MODEL_SMART" | "MODEL_EMBED";
  links: ModelReference[];
  reason: string;
}

const variables = { fast: "MODEL_FAST", smart: "MODEL_SMART", embed: "MODEL_EMBED" } as const;

/**
 * The chain that the environment asks for: its variable, else the first provider whose key is there, else
 * `embedded` (for `embed`: nothing). Throws `model_unknown` and `model_key_missing`.
 */
export function resolveChain(role: ModelRole, config: Config): ModelChain {
  const variable = variables[role];
  const asked = config[variable];
  if (asked) {
    const links = asked.split(",").map((link) => parseReference(link.trim(), variable));
    for (const link of links) if (link.provider !== "embedded") requireKey(link.provider, variable, config);
    return { variable, links, reason: `${variable} is set` };
  }
  for (const provider of Object.keys(providers) as Provider[]) {
    const entry: ProviderEntry = providers[provider];
    const model = entry.defaults[role];
    // A compatible server of one's own seldom serves embeddings under OpenAI's names: there they must be asked for.
    if (!config[entry.key] || !model || (role === "embed" && config[entry.url])) continue;
    return { variable, links: [{ provider, model }], reason: `${entry.key} is set` };
  }
  const reason = config.OPENAI_BASE_URL
    ? `OPENAI_BASE_URL is set, but ${variable} does not name a model on it`
    : `neither ${variable} nor a provider's key is set`;
  return { variable, links: role === "embed" ? [] : [{ provider: "embedded" }], reason };
}

/** A reference as it is written in a variable: `openai:gpt-5.4`, or `embedded`. */
export const formatReference = (link: ModelReference): string =>
  link.provider === "embedded" ? "embedded" : `${link.provider}:${link.model}`;

function parseReference(text: string, variable: ModelChain["variable"]): ModelReference {
  if (text === "embedded") return { provider: "embedded" };
  // Only the first colon divides: local servers use names such as "llama3.1:8b".
  const colon = text.indexOf(":");
  const provider = text.slice(0, Math.max(colon, 0));
  const model = text.slice(colon + 1).trim();
  if (!isProvider(provider) || !model) {
    throw new TroupeError(
      "model_unknown",
      `${variable} names the model "${text}", which no provider here answers to.`,
      {
        hint: `Write provider:model with one of ${Object.keys(providers).join(", ")}, or embedded; separate fallbacks by commas.`,
      },
    );
  }
  if (variable === "MODEL_EMBED" && !("embed" in providers[provider].defaults)) {
    throw new TroupeError(
      "model_unknown",
      `MODEL_EMBED names "${text}", but ${providers[provider].title} has no embeddings.`,
      {
        hint: "Use openai:…, or any OpenAI-compatible server through OPENAI_BASE_URL, or unset MODEL_EMBED to search by words only.",
      },
    );
  }
  return { provider, model };
}

function requireKey(provider: Provider, variable: ModelChain["variable"], config: Config): void {
  const { title, key } = providers[provider];
  if (config[key] || (provider === "openai" && config.OPENAI_BASE_URL)) return;
  const other = provider === "openai" ? ", or OPENAI_BASE_URL to a compatible server that needs none" : "";
  throw new TroupeError("model_key_missing", `${variable} names a model of ${title}, but "${key}" is not set.`, {
    hint: `Set ${key}${other}; or set ${variable}=embedded.`,
  });
}

const isProvider = (name: string): name is Provider => Object.hasOwn(providers, name);
