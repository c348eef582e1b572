import { describe, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { formatReference, type ModelRole, resolveChain } from "./catalog.ts";

function chain(role: ModelRole, environment: Record<string, string>): string[] {
  return resolveChain(role, readConfig(environment)).links.map(formatReference);
}

describe("the chain of a role", () => {
  test("with no variable and no key, the embedded model answers and nothing embeds", () => {
    expect([chain("fast", {}), chain("smart", {}), chain("embed", {})]).toEqual([["embedded"], ["embedded"], []]);
  });

  test("the provider whose key is there answers with its default models", () => {
    expect(chain("smart", { ANTHROPIC_API_KEY: "k" })[0]).toMatch(/^anthropic:claude-/);
    expect(chain("embed", { ANTHROPIC_API_KEY: "k" })).toEqual([]);
    expect(chain("fast", { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" })[0]).toMatch(/^openai:gpt-/);
    expect(chain("embed", { OPENAI_API_KEY: "k" })[0]).toMatch(/^openai:text-embedding-/);
  });

  test("a server of one's own embeds only when MODEL_EMBED names its model", () => {
    const own = { OPENAI_API_KEY: "k", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" };
    expect(chain("embed", own)).toEqual([]);
    expect(chain("embed", { ...own, MODEL_EMBED: "openai:nomic" })).toEqual(["openai:nomic"]);
  });

  test("a variable names a chain, and only the first colon divides provider from model", () => {
    const environment = { MODEL_SMART: "openai:llama3.1:8b, embedded", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" };
    expect(chain("smart", environment)).toEqual(["openai:llama3.1:8b", "embedded"]);
  });

  test.each(["mistral:large", "gpt-5.4", "openai:", "", ":x", "constructor:x", "embedded,,openai:x"])(
    "%j is refused, naming the providers that are known",
    (MODEL_SMART) => {
      const resolve = () =>
        resolveChain("smart", { ...readConfig({ OPENAI_API_KEY: "k" }), MODEL_SMART: MODEL_SMART || " " });
      expect(resolve).toThrow(
        expect.objectContaining({
          code: "model_unknown",
          hint: expect.stringContaining("openai, anthropic, or embedded"),
        }),
      );
    },
  );

  test("a provider without embeddings is refused for MODEL_EMBED", () => {
    const resolve = () => chain("embed", { MODEL_EMBED: "anthropic:claude-sonnet-5", ANTHROPIC_API_KEY: "k" });
    expect(resolve).toThrow(expect.objectContaining({ code: "model_unknown" }));
  });

  test("a missing key is an error that names the variable, also behind the first link", () => {
    const resolve = () => chain("smart", { MODEL_SMART: "embedded,anthropic:claude-sonnet-5" });
    expect(resolve).toThrow(
      expect.objectContaining({ code: "model_key_missing", hint: expect.stringContaining("ANTHROPIC_API_KEY") }),
    );
  });
});
