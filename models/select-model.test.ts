import { afterEach, expect, test, vi } from "vitest";
import { collect } from "../testing/index.ts";
import { describeModels, isEmbedded, selectEmbeddings, selectModel } from "./select-model.ts";

afterEach(() => vi.unstubAllEnvs());

test("the same environment gives the same model, another one another", () => {
  const embedded = selectModel("smart");
  expect(isEmbedded(embedded)).toBe(true);
  expect(selectModel("smart")).toBe(embedded);
  vi.stubEnv("OPENAI_API_KEY", "k");
  const real = selectModel("smart");
  expect(isEmbedded(real)).toBe(false);
  expect(selectModel("smart")).toBe(real);
});

test("a chain that only falls back to the embedded model is not embedded", () => {
  vi.stubEnv("OPENAI_API_KEY", "k");
  vi.stubEnv("MODEL_FAST", "openai:x,embedded");
  expect(isEmbedded(selectModel("fast"))).toBe(false);
});

test("embeddings are kept under the name of the first model alone, and there are none by default", () => {
  expect(selectEmbeddings()).toBeUndefined();
  vi.stubEnv("OPENAI_API_KEY", "k");
  vi.stubEnv("MODEL_EMBED", "openai:a,openai:b");
  expect(selectEmbeddings()?.model).toBe("openai:a");
  expect(selectEmbeddings()).toBe(selectEmbeddings());
});

test("each role is described by its chain and the reason for it", () => {
  vi.stubEnv("MODEL_FAST", "embedded");
  vi.stubEnv("ANTHROPIC_API_KEY", "k");
  expect(describeModels()).toEqual([
    { role: "fast", variable: "MODEL_FAST", chain: ["embedded"], reason: "MODEL_FAST is set" },
    {
      role: "smart",
      variable: "MODEL_SMART",
      chain: [expect.stringMatching(/^anthropic:/)],
      reason: "ANTHROPIC_API_KEY is set",
    },
    {
      role: "embed",
      variable: "MODEL_EMBED",
      chain: [],
      reason: "neither MODEL_EMBED nor a provider's key is set",
    },
  ]);
});

test("a call to a provider is refused while TROUPE_FORBID_MODEL_CALLS is set, with no answer from a fallback", async () => {
  vi.stubEnv("OPENAI_API_KEY", "k");
  vi.stubEnv("MODEL_SMART", "openai:gpt-x,embedded");
  vi.stubEnv("TROUPE_FORBID_MODEL_CALLS", "true");
  const refused = expect.objectContaining({
    code: "model_calls_forbidden",
    message: expect.stringContaining("openai:gpt-x"),
  });
  await expect(selectModel("smart").invoke("hello")).rejects.toEqual(refused);
  await expect(collect(selectModel("smart").stream("hello"))).rejects.toEqual(refused);
  await expect(selectEmbeddings()?.embeddings.embedQuery("hello")).rejects.toEqual(
    expect.objectContaining({ code: "model_calls_forbidden" }),
  );
});
