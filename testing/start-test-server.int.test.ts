import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { expect, test, vi } from "vitest";
import { makeTemporaryFolder } from "../tests/fixtures/make-temporary-folder.ts";
import { openCassette, recordCassette } from "./cassette.ts";
import { collect } from "./collect.ts";
import { interceptCalls } from "./intercept-calls.ts";
import { ScriptedChatModel } from "./scripted-chat-model.ts";
import { startTestServer } from "./start-test-server.ts";

/** Answers with a model, after a person has said yes. */
const createChat = (model: ScriptedChatModel) =>
  new StateGraph(MessagesAnnotation)
    .addNode("answer", async ({ messages }) => {
      if (interrupt("May I?") !== "yes") throw new Error("No yes, no answer.");
      return { messages: [await model.invoke(messages)] };
    })
    .addEdge(START, "answer")
    .compile();

const input = { messages: [{ role: "user", content: "Hi." }] };
const countListeners = () => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

test("a server without a port runs, streams, interrupts and resumes, and leaves nothing behind", async () => {
  vi.stubEnv("TROUPE_DATA", "before");
  const listening = countListeners();
  let data = "";
  {
    await using server = await startTestServer({
      graphs: { chat: createChat(new ScriptedChatModel(["Hello there."])) },
    });
    data = process.env["TROUPE_DATA"]!;
    const { threads, runs } = server.client;
    const { thread_id } = await threads.create();
    await runs.wait(thread_id, "chat", { input });
    const { tasks } = await threads.getState(thread_id);
    expect(tasks[0]?.interrupts[0]?.value).toBe("May I?");
    const stream = runs.stream(thread_id, "chat", { command: { resume: "yes" }, streamMode: "messages-tuple" });
    const texts = (await collect(stream)).flatMap((part) => (part.event === "messages" ? [part.data[0].content] : []));
    expect(texts).toEqual(["", "Hello", " there.", ""]);
    expect([server.url, countListeners() - listening, existsSync(join(data, "server.sqlite"))]).toEqual([
      undefined,
      0,
      true,
    ]);
  }
  expect([existsSync(data), process.env["TROUPE_DATA"]]).toEqual([false, "before"]);
  vi.unstubAllEnvs();
});

test("a server with a port is the same behind a url, keeps a folder that it is given, and collects errors", async () => {
  const data = makeTemporaryFolder();
  {
    await using server = await startTestServer({
      graphs: { chat: createChat(new ScriptedChatModel([])) },
      port: 0,
      apiKey: "k",
      data,
    });
    expect((await fetch(`${server.url}/threads/search`, { method: "POST" })).status).toBe(401);
    const { thread_id } = await server.client.threads.create();
    await server.client.runs.wait(thread_id, "chat", { input });
    await expect(
      server.client.runs.wait(thread_id, "chat", { command: { resume: "no" }, raiseError: true }),
    ).rejects.toThrow("No yes, no answer.");
    expect(server.errors.map(String)).toEqual([expect.stringContaining("No yes, no answer.")]);
  }
  expect(existsSync(join(data, "server.sqlite"))).toBe(true);
});

test("calls within a server are recorded and played where it is started inside", async () => {
  const path = join(makeTemporaryFolder(), "chat.cassette.json");
  const talk = async (model: ScriptedChatModel) => {
    await using server = await startTestServer({ graphs: { chat: createChat(model) } });
    const { thread_id } = await server.client.threads.create();
    await server.client.runs.wait(thread_id, "chat", { input });
    const { messages } = (await server.client.runs.wait(thread_id, "chat", {
      command: new Command({ resume: "yes" }) as never,
    })) as { messages: { content: string }[] };
    return messages.map(({ content }) => content);
  };
  const recorded = await recordCassette(path, () => talk(new ScriptedChatModel(["Recorded."])));
  const cassette = await openCassette(path);
  const played = await interceptCalls(cassette.intercept, () => talk(new ScriptedChatModel([])));
  expect([recorded, played]).toEqual([
    ["Hi.", "Recorded."],
    ["Hi.", "Recorded."],
  ]);
  expect(cassette.unused()).toEqual([]);
});
