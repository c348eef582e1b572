import { once } from "node:events";
import { get as getPlainly } from "node:http";
import { get as getSecurely } from "node:https";
import { connect, Socket } from "node:net";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI } from "@langchain/openai";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { selectModel } from "../models/index.ts";
import { forbidModelCalls } from "./forbid-model-calls.ts";

const below = vi.fn<typeof fetch>(async () => new Response("passed"));

beforeEach(() => void vi.stubGlobal("fetch", below));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  below.mockClear();
});

test("a request to another host is rejected by its name, one on loopback passes", async () => {
  using _ = forbidModelCalls();
  await expect(fetch(new URL("https://models.example.com/v1"))).rejects.toMatchObject({
    code: "model_calls_forbidden",
    message: 'A request to "models.example.com" was refused.',
    hint: expect.stringContaining("forbidModelCalls()"),
  });
  for (const url of ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"]) {
    const request = new Request(url, { method: "POST", body: "x" });
    expect(await (await fetch(request)).text()).toBe("passed");
    expect(request.bodyUsed, "what the real fetch is to send").toBe(false);
  }
  expect(below).toHaveBeenCalledTimes(3);
});

test("clients of providers fail at once and say why, with no second try", async () => {
  using _ = forbidModelCalls();
  const models = [new ChatOpenAI({ apiKey: "k", model: "m" }), new ChatAnthropic({ apiKey: "k", model: "m" })];
  for (const model of models)
    await expect(model.invoke("Hi.")).rejects.toThrow("was refused. Real calls are forbidden");
  await expect(models[0]!.stream("Hi.")).rejects.toThrow('A request to "api.openai.com" was refused.');
  expect(below).not.toHaveBeenCalled();
});

test("disposing it restores fetch and the variable, one within the other too", async () => {
  vi.stubEnv("TROUPE_FORBID_MODEL_CALLS", undefined);
  vi.stubEnv("OPENAI_API_KEY", "k");
  vi.stubEnv("MODEL_SMART", "openai:gpt-5");
  {
    using _ = forbidModelCalls();
    {
      using _inner = forbidModelCalls();
    }
    await expect(fetch("https://models.example.com")).rejects.toMatchObject({ code: "model_calls_forbidden" });
    const model = selectModel("smart");
    await expect(model.invoke("Hi.")).rejects.toMatchObject({ code: "model_calls_forbidden" });
  }
  expect([globalThis.fetch, process.env["TROUPE_FORBID_MODEL_CALLS"]]).toEqual([below, undefined]);
});

test("who holds it last lets go of it, in whatever order it was taken", async () => {
  const [first, second] = [forbidModelCalls(), forbidModelCalls()];
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await expect(fetch("https://models.example.com")).rejects.toMatchObject({ code: "model_calls_forbidden" });
  second[Symbol.dispose]();
  expect(globalThis.fetch).toBe(below);
});

test("what is asked of nobody is no request", async () => {
  using _ = forbidModelCalls();
  expect(await (await fetch("data:text/plain,Hi")).text()).toBe("passed");
  expect((await fetch("http://0.0.0.0:1/")).ok).toBe(true);
});

test("LangSmith is reached where tracing is on, at the address it was told", async () => {
  using _ = forbidModelCalls();
  await expect(fetch("https://api.smith.langchain.com/runs")).rejects.toThrow("refused");
  vi.stubEnv("LANGSMITH_TRACING", "true");
  expect((await fetch("https://api.smith.langchain.com/runs")).ok).toBe(true);
  vi.stubEnv("LANGSMITH_ENDPOINT", "https://eu.api.smith.langchain.com");
  expect((await fetch("https://eu.api.smith.langchain.com/runs")).ok).toBe(true);
  await expect(fetch("https://api.smith.langchain.com/runs")).rejects.toThrow("refused");
});

test("a connection that is opened past fetch is refused before its name is looked up", async () => {
  const opened = vi.spyOn(Socket.prototype, "connect").mockReturnThis();
  try {
    const attempts = {
      "node:http": () => getPlainly("http://models.example.com/v1"),
      "node:https": () => getSecurely({ host: "models.example.com", port: 443 }),
      "node:net": () => connect(443, "models.example.com"),
      "an address": () => connect({ host: "192.0.2.1", port: 443 }),
      WebSocket: () => new WebSocket("wss://models.example.com"),
    };
    {
      using _ = forbidModelCalls();
      for (const [client, attempt] of Object.entries(attempts)) {
        const asked = attempt();
        if (asked instanceof WebSocket) await new Promise((resolve) => asked.addEventListener("error", resolve));
        else
          expect(await once(asked, "error").catch((error: unknown) => [error]), client).toMatchObject([
            { code: "model_calls_forbidden" },
          ]);
        expect(opened, client).not.toHaveBeenCalled();
      }
      connect(1, "127.0.0.1");
      connect(1);
      connect({ port: 1, host: "" });
      connect("/run/of-this-machine.sock");
      expect(opened).toHaveBeenCalledTimes(4);
    }
    connect(443, "models.example.com");
    expect(opened, "once it is disposed").toHaveBeenCalledTimes(5);
  } finally {
    opened.mockRestore();
  }
});
